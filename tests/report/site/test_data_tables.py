"""Tables as HTML."""

from pathlib import Path
from typing import Any

from report.site import data_tables


def test_a_table_cut_short_says_so(results: Any, page_file: Path) -> None:
    from report import tables

    table = tables.runs(results)
    html = str(data_tables.table_html(table, 1, results, 20))
    assert html.count("<tr>") == 21
    assert f"20 of {len(results.runs)} rows are shown: first failures" in html
    assert (
        "Search and filters apply to these rows only." in html and f'data-every="{len(results.runs)}"' in html
    )
    bad = int((results.runs["status"] != "ok").sum())
    assert html.count('<span class="mark ok">') == 20 - bad
    assert "rows are shown" not in str(data_tables.table_html(table, 1, results))
