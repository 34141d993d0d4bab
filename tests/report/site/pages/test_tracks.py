"""A page for each track, and the list of them."""

from pathlib import Path

from report.results import Results


def test_every_track_has_a_page_with_its_figures_and_its_table(results: Results, page_file: Path) -> None:
    listed = (page_file.parent / "tracks.html").read_text(encoding="utf-8")
    for found in results.tracks:
        assert f'href="tracks/{found.track.id}.html"' in listed
        html = (page_file.parent / "tracks" / f"{found.track.id}.html").read_text(encoding="utf-8")
        assert f'id="track_{found.track.id}"' in html
        if len(found.standings) > 1:
            assert f'id="figure-track_{found.track.id}"' in html
            assert 'class="point"' in html


def test_links_of_a_page_in_a_folder_lead_back(page_file: Path) -> None:
    html = (page_file.parent / "tracks" / "digits.html").read_text(encoding="utf-8")
    assert 'href="../entries/lenet5_1998.html"' in html
    assert 'href="../provenance/lenet5_1998.html#q-' in html
    assert 'href="../tables/track_digits.csv"' in html
