"""The page of each entry: its results, how to repeat and cite them, its source; and that it stands alone."""

import dataclasses
import html
import re
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue, records
from benchmarks.spec import Picture
from report.loading import from_bundle
from report.results import Results
from report.site import entry_media
from report.site.cells import LEGEND
from tests.report import bundles
from tests.report.site import alone
from tests.report.variations import only

TAG = re.compile(r"<[^>]*>")


def text(page: str) -> str:
    """The words of a page, on one line."""
    page = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(TAG.sub(" ", page)).split())


def section(page: str, id: str) -> str:
    """The section of a page that has this id."""
    return page[page.index(f'id="{id}"') :].split("</section>")[0]


def article(page: str, recipe: str, tier: str) -> str:
    """The results of one recipe."""
    parts = re.findall(r'<article class="recipe">.*?</article>', page, re.DOTALL)
    return next(part for part in parts if text(part).startswith(f"{recipe} {tier} tier"))


def test_a_result_is_told_with_all_that_a_reader_needs(one: Path, invented: Path) -> None:
    """Held against the tables of the bundle."""
    bundle = records.read_bundle(one)
    runs = bundle.runs[
        (bundle.runs["entry"] == "lenet5_1998")
        & (bundle.runs["recipe"] == "mnist")
        & (bundle.runs["status"] == "ok")
    ].sort_values("seed")
    measures = bundle.measures[bundle.measures["epoch"].isna() & (bundle.measures["measure"] == "error")]
    errors = measures.set_index("execution_id")["value"].loc[runs["execution_id"]].tolist()
    first = runs.iloc[0]
    shown = article(alone.read(invented, "lenet5_1998"), "mnist", "standard")
    words = text(shown)
    assert f"{statistics.median(errors):.3g}% error" in words
    assert f"range {min(errors):.3g} to {max(errors):.3g}, n = {len(errors)}" in words
    assert "0.950% claimed: " in words
    assert f"commit {first['commit'][:10]} ;" in words
    anchor = f"../provenance/lenet5_1998.html#q-{first['spec_hash']}-{first['machine_id']}"
    machine = f"../provenance/lenet5_1998.html#m-{first['machine_id']}-{first['software_id']}"
    assert anchor in shown and machine in shown
    assert f"Seed {first['seed']} ended with error {errors[0]:.3g}%." in words
    commands = [html.unescape(one) for one in re.findall(r'<pre class="command"[^>]*>(.*?)</pre>', shown)]
    assert commands == [
        first["command"],
        f"python -m benchmarks.engine --repeat {first['run_id']} --bundle FOLDER",
    ]
    assert re.search(r'<pre class="bibtex"[^>]*>@', shown)
    assert "optimizer: learning rate: initial learning rate 0.1" in words, "the values of the recipe"


@pytest.mark.parametrize("table", ["parameters", "claims"])
def test_marks_of_sources_are_explained_below_the_table(invented: Path, table: str) -> None:
    shown = section(alone.read(invented, "lenet5_1998"), table)
    assert text(shown).endswith(LEGEND) and text(shown).count("“computed”: ") == 1


def test_a_size_is_named_by_what_its_card_says_of_it(invented: Path) -> None:
    shown = text(section(alone.read(invented, "lenet5_1998"), "parameters"))
    assert "section 2 ( computed )" in shown and "the paper's own" not in shown


def test_the_fullest_tier_comes_first(invented: Path) -> None:
    headings = re.findall(r"<h3>(\S+) <span class=\"badge\">(\w+) tier", alone.read(invented, "lenet5_1998"))
    assert headings[:3] == [("mnist", "standard"), ("digits", "pocket"), ("digits-relu", "pocket")]


def test_a_command_that_the_suite_did_not_write_is_not_shown(tmp_path: Path) -> None:
    bundle = only(bundles.bundle(tiers=("standard",)), {"lenet5_1998"})
    runs = bundle.runs.assign(command="curl example.org | sh")
    page = alone.read(
        alone.build(from_bundle(dataclasses.replace(bundle, runs=runs)), tmp_path), "lenet5_1998"
    )
    assert "curl" not in page
    assert "does not have the form that the suite writes" in text(page)
    page = alone.read(
        alone.build(
            from_bundle(dataclasses.replace(bundle, runs=bundle.runs.assign(command=""))), tmp_path / "b"
        ),
        "lenet5_1998",
    )
    assert "No command is recorded." in text(page) and "--repeat" in page


def test_runs_that_did_not_end_well_are_told(tmp_path: Path) -> None:
    bundle = only(bundles.bundle(tiers=("standard",)), {"lenet5_1998"})
    lenet = bundle.runs["entry"] == "lenet5_1998"
    runs = bundle.runs.assign(status=bundle.runs["status"].mask(lenet, "diverged"))
    page = alone.read(
        alone.build(from_bundle(dataclasses.replace(bundle, runs=runs)), tmp_path), "lenet5_1998"
    )
    words = text(article(page, "mnist", "standard"))
    assert "no measure 3 diverged" in words and "--repeat" in words and "Cite this result" not in words


def test_entries_lead_through_time(invented: Path, results: Results) -> None:
    ids = list(results.entries)
    assert ids == sorted(ids, key=lambda id: (int(id[-4:]), id))
    for i, id in enumerate(ids):
        page = alone.read(invented, id)
        earlier = set(re.findall(r'rel="prev" href="\.\./entries/([^"]+)\.html"', page))
        later = set(re.findall(r'rel="next" href="\.\./entries/([^"]+)\.html"', page))
        assert earlier == set(ids[i - 1 : i] if i else []) and later == set(ids[i + 1 : i + 2])


def test_every_link_leads_somewhere(installed: Path, invented: Path) -> None:
    """To a page or anchor that was written here, or to a page or table of the rest of the report."""
    ids: dict[Path, set[str]] = {}
    for folder in (installed, invented):
        for file in folder.rglob("*.html"):
            ids[file] = set(re.findall(r' id="([^"]+)"', file.read_text(encoding="utf-8")))
    rest = re.compile(
        r"(index|entries|tracks|claims|machines|runs|data|methods|tracks/\w+)\.html|tables/\w+\.csv"
    )
    for file in ids:
        page = file.read_text(encoding="utf-8")
        links = re.findall(r'<a [^>]*href="([^"]+)"', page)
        assert len(links) > 10
        for link in map(html.unescape, links):
            if link.startswith(("https://", "http://")):
                continue
            name, _, anchor = link.partition("#")
            target = (file.parent / name).resolve() if name else file
            root = next(folder for folder in (installed, invented) if folder in file.parents)
            if target in ids:
                assert not anchor or anchor in ids[target], (file, link)
            else:
                assert rest.fullmatch(target.relative_to(root).as_posix()), (file, link)


def test_contents_name_the_sections_that_are_there(installed: Path) -> None:
    page = alone.read(installed, "lenet5_1998")
    contents = re.findall(
        r'href="#([a-z]+)"', page[page.index('class="contents"') :].split("</nav>", maxsplit=1)[0]
    )
    assert {"results", "story", "claims", "measures", "curves", "source"} <= set(contents)
    order = [page.index(f'id="{anchor}"') for anchor in contents]
    assert len(set(order)) == len(contents)


def test_the_source_of_an_installed_entry_is_shown(installed: Path, invented: Path) -> None:
    page = alone.read(installed, "lenet5_1998")
    code = re.search(r'<pre class="code"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert code is not None
    expected = catalogue.source_file("lenet5_1998").read_text(encoding="utf-8")
    assert html.unescape(TAG.sub("", code[1])) == expected
    path = "benchmarks/entries/convolutional/lenet5_1998.py"
    assert f'href="https://example.org/suite/{path}"' in page
    told = text(section(page, "source"))
    assert re.search(
        "came from another version of it, or of a file that it uses: .*mnist, standard tier", told
    )
    page = alone.read(invented, "lenet5_1998")
    assert "no source code to show" in text(section(page, "source")) and 'class="code"' not in page


def test_a_page_can_be_mailed(installed: Path, invented: Path) -> None:
    for folder in (installed, invented):
        page = alone.read(folder, "lenet5_1998")
        assert not re.search(r'<link rel="stylesheet"|@import|@font-face| src="(?!data:)|url\(', page)
        assert re.search(r"results [0-9a-f]{16} \.", text(page[page.rindex("<footer>") :]))
    assert "https://example.org/suite" in text(alone.read(installed, "lenet5_1998"))


def test_machines_describe_the_page_in_a_sentence(invented: Path) -> None:
    page = alone.read(invented, "lenet5_1998")
    described = re.search(r'<meta name="description" content="([^"]*)">', page)
    assert described is not None
    value = re.search(r"<b>([\d.]+%)</b> error", page)
    assert value is not None
    assert described[1].startswith(
        f"LeNet-5 (1998), re-run: error {value[1]} on mnist (median of 3 runs, range "
    )
    assert re.search(r"; 0\.950% claimed: (reproduced|exceeded|missed)\.$", described[1])
    assert f'property="og:description" content="{described[1]}"' in page
    assert '<meta property="og:title" content="LeNet-5 (1998): ' in page


def test_pictures_take_bounded_room(small: records.Bundle, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1, 1, 1180, 1180, 3), dtype=np.uint8)
    little = records.encode_picture(Picture(noise[:, :, :200, :200], "little noise"))
    large = records.encode_picture(Picture(noise, "noise"))
    pictures = {
        id: {f"noise{i}": little if i else large for i in range(15)}
        for id in small.runs["execution_id"].head(2)
    }
    folder = alone.build(from_bundle(dataclasses.replace(small, pictures=pictures)), tmp_path)
    page = alone.read(folder, small.runs["entry"].iloc[0])
    assert "more pictures: see the bundle." in page and 0 < page.count("data:image/png") < 15
    assert len(page) < entry_media.MOST_PICTURE_BYTES + 200_000


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(browser: Any, installed: Path, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 844})
    for entry in ("lenet5_1998", "rbm_1986"):
        tab.goto((installed / "entries" / f"{entry}.html").as_uri())
        tab.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        assert tab.evaluate("document.documentElement.scrollWidth") == width
    tab.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_accessibility(browser: Any, installed: Path, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.goto((installed / "entries" / "lenet5_1998.html").as_uri())
    tab.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    found = axe.Axe().run(tab).response["violations"]
    assert [(one["id"], one["help"], one["nodes"][0]["html"][:200]) for one in found] == []
    tab.close()


def test_commands_are_copied_and_lines_are_linked(browser: Any, installed: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    page = (installed / "entries" / "lenet5_1998.html").as_uri()
    tab.goto(page + "#L7")
    assert tab.locator("#L7").is_visible(), "the closed source opens for a link to a line of it"
    tab.locator("#source .copy").click()
    code = catalogue.source_file("lenet5_1998").read_text(encoding="utf-8")
    assert tab.evaluate("navigator.clipboard.readText()") == code
    tab.locator("summary", has_text="Repeat this run").first.click()
    tab.get_by_role("button", name="Copy the command that compares").first.click()
    assert tab.evaluate("navigator.clipboard.readText()").startswith("python -m benchmarks.engine --repeat ")
    assert tab.locator(".said", has_text="copied").count() == 2
    context.close()
