"""The page of data sets and downloads."""

from pathlib import Path
from typing import Any

from report.site.pages import data
from tests.report.site.seen import Page


def test_every_file_of_the_report_can_be_downloaded(site_file: Path) -> None:
    folder = site_file.parent
    links = set(Page(folder / "data.html").links)
    saved = [path for name in ("tables", "figures", "data") for path in (folder / name).iterdir()]
    files = {path.relative_to(folder).as_posix() for path in saved} - {"figures/share.png"}
    assert len(files) > 30 and files <= links


def test_data_sets_name_the_entries_that_use_them(results: Any) -> None:
    by_id = {one["id"]: one for one in data.datasets(results)}
    users = [card["id"] for card in by_id["mnist"]["users"]]
    expected = set(results.runs.loc[results.runs["dataset"] == "mnist", "entry"])
    assert set(users) == expected and "lenet5_1998" in expected
    years = [card["year"] for card in by_id["mnist"]["users"]]
    assert years == sorted(years)
    assert len(by_id["mnist"]["checksum"]) == 64


def test_first_sentences_end_at_a_full_stop_before_a_capital() -> None:
    assert data._first_sentence("Costs approx. two. “Ours” is last. More.") == "Costs approx. two"
    assert data._first_sentence("Only one.") == "Only one"
