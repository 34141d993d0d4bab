"""The story: every entry on the timeline, eras in order, tracks in their place."""

import re
from pathlib import Path

from report.addresses import entry_page
from report.results import Results
from report.site.pages import index


def test_the_timeline_has_every_entry_in_order(results: Results, page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    strip = html[html.index('class="timeline"') : html.index("</ol>")]
    assert re.findall(r'href="([^"]*)"', strip) == [entry_page(id) for id in results.entries]


def test_every_entry_is_in_one_era(results: Results) -> None:
    shown = [card["id"] for item in index.eras(results) for card in item["cards"]]
    assert shown == list(results.entries)
    assert [era.start for era in index.ERAS[1:]] == [era.end + 1 for era in index.ERAS[:-1]]


def test_a_track_is_told_of_in_the_era_in_which_its_problem_was_posed(results: Results) -> None:
    placed = {found.track.id: item["era"].title for item in index.eras(results) for found in item["tracks"]}
    assert placed["digits"] == "Hidden layers"


def test_pictures_of_the_timeline_are_the_entries_own(results: Results) -> None:
    pictured = {tile["card"]["id"] for tile in index.timeline(results) if tile["image"]}
    runs = results.runs[results.runs["execution_id"].isin(results.pictures)]
    assert pictured and pictured <= set(runs["entry"])


def test_the_page_opens_with_what_the_years_bought(results: Results, page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    sentence = index.opening(results)
    assert "8×8 digits" in sentence
    assert f'<meta name="description" content="{sentence}">' in html
