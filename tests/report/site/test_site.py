"""The pages as a site: every link leads somewhere, and figures and tables are numbered."""

import re
from pathlib import Path

from tests.report.site.seen import Page


def test_every_link_of_every_page_leads_somewhere(site_file: Path) -> None:
    """Also those of rows that a page shows later, which are data; and no two ids of a page are the same."""
    folder = site_file.parent
    pages = {path: Page(path) for path in folder.rglob("*.html")}
    assert len(pages) > 35
    outside = internal = 0
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        later = re.findall(
            r'"((?:entries|provenance|data)[^"<]*\.html[^"<]*)"', path.read_text(encoding="utf-8")
        )
        links = {(path.parent, link) for link in page.links} | {(folder, link) for link in later}
        for base, link in links:
            if link.startswith(("https://", "http://")):
                outside += 1
                continue
            internal += 1
            address, _, anchor = link.partition("#")
            target = (base / address).resolve() if address else path
            assert target.is_file(), (path, link)
            anchor = anchor.partition("?")[0]
            assert not anchor or anchor in pages[target].ids, (path, link)
    assert internal > 800 and outside > 10


def test_figures_and_tables_of_each_page_are_numbered_in_order(site_file: Path) -> None:
    for path in site_file.parent.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        for kind in ("Figure", "Table"):
            numbers = [int(n) for n in re.findall(rf"<b>{kind} (\d+)\.</b>", html)]
            assert numbers == list(range(1, len(numbers) + 1)), path


LOADERS = ('<link rel="stylesheet"', "@import", "@font-face", ' src="http', "<iframe", "url(http")


def test_every_page_is_self_contained(site_file: Path) -> None:
    for path in site_file.parent.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert len(html) < 2_000_000
        for loader in (
            '<link rel="stylesheet"',
            "@import",
            "@font-face",
            ' src="http',
            "<iframe",
            "url(http",
        ):
            assert loader not in html, path
