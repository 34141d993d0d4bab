"""Tables as HTML: what is shown at first, and what of a table too long for its page."""

import dataclasses
import json
import re
from typing import Any

import pytest

from report import tables
from report.site import data_tables


@pytest.fixture
def runs(results: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(data_tables, "PAGE_ROWS", 20)
    return tables.runs(results)


def test_a_long_table_shows_its_first_rows_and_carries_all(runs: Any, results: Any) -> None:
    html, size = data_tables.table_html(runs, 1, results)
    assert html.count("<tr>") == 21
    assert f"Rows 1 to 20 of {len(runs.frame)}" in html and "data-every" not in html
    found = re.search(r'<script type="application/json" data-root="">(.*)</script>', html)
    assert found and len(found[1].encode()) == size
    assert json.loads(found[1])["rows"] == len(runs.frame)


def test_a_short_table_is_all_there(results: Any) -> None:
    html, size = data_tables.table_html(tables.runs(results), 1, results)
    assert html.count("<tr>") == 1 + len(results.runs) and size == 0
    assert "<script" not in html and "Rows 1 to" not in html


def test_a_table_without_room_says_so(runs: Any, results: Any) -> None:
    every, whole = len(runs.frame), data_tables.table_html(runs, 1, results)[1]
    html, size = data_tables.table_html(runs, 1, results, room=whole // 2)
    held = json.loads(re.findall(r'json" data-root="">(.*)</script>', html)[0])["rows"]
    assert whole // 4 < size <= whole // 2 and 20 < held < every
    assert f"The page has room for the first {held} of {every} rows" in html
    assert f'data-every="{every}"' in html
    html, size = data_tables.table_html(runs, 1, results, room=100)
    assert f"The page has room for the first 20 of {every} rows" in html and size == 0


def test_a_table_with_marks_of_sources_says_once_what_they_mean(results: Any) -> None:
    with_marks, _ = data_tables.table_html(tables.claims(results), 1, results)
    assert with_marks.count("“unchecked”: recalled from memory") == 1
    without, _ = data_tables.table_html(tables.runs(results), 1, results)
    assert "“unchecked”" not in without


def test_versions_are_shown_and_searched_but_not_chosen_from(results: Any) -> None:
    """A choice of sentences is unreadable: tables of published results had dozens of them."""
    versions = [f"older: epochs {i % 2}" for i in range(len(results.runs))]
    shown = dataclasses.replace(results, runs=results.runs.assign(version=versions))
    html, _ = data_tables.table_html(tables.throughput(shown), 1, shown)
    assert 'data-key="version">version</th>' in html and "older: epochs 1<" in html
    assert '<select data-key="version"' not in html and '<select data-key="tier"' in html
