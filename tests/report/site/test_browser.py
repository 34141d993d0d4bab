"""The page in a browser: by mouse and keyboard, wide and narrow, light and dark, on screen and paper."""

from pathlib import Path
from typing import Any

import pytest

from report.loading import from_bundle, load
from report.site import index
from report.site.build import build
from tests.report import bundles
from tests.report.site.seen import Seen, column


def test_headings_sort_numbers_and_words(tab: Any) -> None:
    before = column(tab, "runs", "total_s")
    head = tab.locator("#runs th[data-key=total_s]")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    values = [float(value) for value in column(tab, "runs", "total_s")]
    assert values == sorted(values, reverse=True)
    head.locator("button").click()
    assert [float(value) for value in column(tab, "runs", "total_s")] == sorted(values)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "none"
    assert column(tab, "runs", "total_s") == before
    tab.locator("#runs th[data-key=recipe] button").click()
    words = column(tab, "runs", "recipe")
    assert words == sorted(words)


def test_blanks_sort_last_both_ways(tab: Any) -> None:
    for _ in range(2):
        tab.locator("#runs th[data-key=train_s] button").click()
        values = column(tab, "runs", "train_s")
        blanks = values.count("")
        assert 0 < blanks < len(values)
        assert set(values[-blanks:]) == {""}


def test_headings_sort_by_keyboard(tab: Any) -> None:
    tab.locator("#claims th[data-key=claimed] button").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#claims th[data-key=claimed]").get_attribute("aria-sort") == "descending"
    tab.keyboard.press("Space")
    assert tab.locator("#claims th[data-key=claimed]").get_attribute("aria-sort") == "ascending"
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_filters_narrow_the_rows_and_say_so(tab: Any) -> None:
    every = len(column(tab, "runs", "seed"))
    tab.locator("#runs input[type=search]").fill("lenet mnist")
    assert set(column(tab, "runs", "entry")) == {"lenet5_1998"}
    assert tab.locator("#runs output").inner_text() == f"3 of {every} rows"
    tab.locator("#runs input[type=search]").fill("")
    tab.locator("#runs select[data-key=status]").select_option("timeout")
    assert set(column(tab, "runs", "status")) == {"timeout"}
    tab.locator("#card-list select[data-key=family]").select_option("recurrent")
    assert tab.locator("details.card:not([hidden])").count() == 2


def test_the_address_keeps_the_state(tab: Any, browser: Any, page_file: Path) -> None:
    tab.locator("#claims th[data-key=claimed] button").click()
    tab.locator("#claims select[data-key=verdict]").select_option("missed")
    tab.locator("#runs input[type=search]").fill("lstm & gru, 100%")
    tab.locator("#runs input[type=search]").fill("lstm")
    tab.locator(".toc a[href='#methods']").click()
    tab.wait_for_function(
        "location.hash.startsWith('#methods?')"
    )  # the browser tells the page of the new place a moment later
    address = tab.url
    other = browser.new_context(reduced_motion="reduce").new_page()
    other.goto(address)
    assert other.locator("#claims th[data-key=claimed]").get_attribute("aria-sort") == "descending"
    assert (
        column(other, "claims", "verdict")
        == column(tab, "claims", "verdict")
        == ["missed"] * len(column(tab, "claims", "verdict"))
    )
    assert other.locator("#runs input[type=search]").input_value() == "lstm"
    assert set(column(other, "runs", "entry")) == {"lstm_1997"}
    assert other.evaluate("Math.abs(document.getElementById('methods').getBoundingClientRect().top) < 60")
    other.context.close()


@pytest.mark.parametrize(
    "state",
    [
        "#runs?runs.sort=nothing,ascending",
        "#runs?runs.sort=seed,sideways&x.y=z",
        "#%E0%A4%A?runs.other=%",
        "#claims?claims.verdict=unheard",
    ],
)
def test_a_broken_address_does_no_harm(tab: Any, page_file: Path, state: str) -> None:
    tab.goto("about:blank")
    tab.goto(page_file.as_uri() + state)
    assert tab.locator("#runs tbody tr:not([hidden])").count() == tab.locator("#runs tbody tr").count()
    assert tab.locator("#claims tbody tr:not([hidden])").count() == tab.locator("#claims tbody tr").count()


def test_csv_holds_the_rows_that_are_shown(tab: Any) -> None:
    tab.locator("#claims select[data-key=verdict]").select_option("missed")
    with tab.expect_download() as download:
        tab.locator("#claims a[data-csv]").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(column(tab, "claims", "verdict"))
    assert lines[0].startswith("entry,verdict,data set,")
    assert all("missed" in line for line in lines[1:])


def test_every_link_leads_somewhere(tab: Any, page_file: Path) -> None:
    links = tab.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))")
    ids = tab.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    assert len(links) > 50
    for link in links:
        if link.startswith("#"):
            assert link[1:] in ids
        elif not link.startswith(("https://", "http://")):
            assert (page_file.parent / link.partition("#")[0]).is_file(), link


def test_svg_references_resolve(tab: Any) -> None:
    broken = tab.evaluate(
        "[...document.querySelectorAll('svg use')].filter((use) => "
        "!document.getElementById(use.getAttribute('href').slice(1))).length"
    )
    assert broken == 0
    assert tab.locator("svg use").count() > 100


def test_a_link_to_an_entry_opens_its_card(tab: Any) -> None:
    assert not tab.evaluate("document.getElementById('entry-lenet5_1998').open")
    tab.locator("#entries a[href='#entry-lenet5_1998']").click()
    assert tab.evaluate("document.getElementById('entry-lenet5_1998').open")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(tab: Any, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    tab.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert tab.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_accessibility(tab: Any, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    tab.set_viewport_size({"width": width, "height": 900})
    tab.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    found = axe.Axe().run(tab).response["violations"]
    assert [(one["id"], one["help"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_dark_mode_turns_the_figures_too(tab: Any) -> None:
    script = "getComputedStyle(document.querySelector('#figure-claims svg text')).fill"
    light = tab.evaluate(script)
    tab.emulate_media(color_scheme="dark")
    dark = tab.evaluate(script)
    assert (light, dark) == ("rgb(27, 27, 28)", "rgb(232, 230, 225)")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"


def test_print_leaves_out_what_paper_cannot_do(tab: Any) -> None:
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    assert not tab.locator(".toc").is_visible()
    assert not tab.locator("#runs .tools").is_visible()
    assert tab.evaluate("[...document.querySelectorAll('details.card')].every((card) => card.open)")
    assert tab.evaluate("getComputedStyle(document.querySelector('.scroll')).maxHeight") == "none"
    assert tab.pdf().startswith(b"%PDF-")
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.locator("details.card[open]").count() == 0


def test_landmarks_headings_and_skip_link(tab: Any) -> None:
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "summary"
    assert [tab.locator(name).count() for name in ("main", "header", "footer", "h1")] == [1, 1, 1, 1]
    alts = tab.evaluate(
        "[...document.querySelectorAll('svg, img')].map((e) => e.getAttribute('alt') || "
        "e.getAttribute('aria-label') || '')"
    )
    assert all(len(alt) > 10 for alt in alts)


def test_works_without_script(browser: Any, page_file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page_file.as_uri())
    assert tab.locator("#runs tbody tr").count() > 50
    assert not tab.locator("#runs .tools").is_visible()
    context.close()


def test_comparison_comes_first_when_asked(two: Path, tmp_path: Path, browser: Any) -> None:
    file = build(load([two]), tmp_path, compare=True)
    context = browser.new_context()
    tab = context.new_page()
    seen = Seen(tab, file)
    tab.goto(file.as_uri())
    order = tab.evaluate("[...document.querySelectorAll('main > section')].map((section) => section.id)")
    assert order[:3] == ["summary", "comparison", "history"]
    assert tab.evaluate(
        "[...document.querySelectorAll('main > section')].map((s) => '#' + s.id)"
    ) == tab.evaluate(
        "[...document.querySelectorAll('.toc a[href^=\"#\"]')].map((a) => a.getAttribute('href'))"
    )
    numbers = tab.evaluate("[...document.querySelectorAll('main figcaption > b')].map((b) => b.textContent)")
    figures = [text for text in numbers if text.startswith("Figure")]
    listed = [text for text in numbers if text.startswith("Table")]
    assert figures == [f"Figure {i}." for i in range(1, len(figures) + 1)]
    assert listed == [f"Table {i}." for i in range(1, len(listed) + 1)]
    assert "not enough runs" in column(tab, "compared_throughput", "finding")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for width in (1280, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        found = axe.Axe().run(tab, {"include": [["#comparison"]]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert seen.messages == [] and seen.foreign() == []
    context.close()


def test_a_search_in_a_table_cut_short_does_not_speak_for_all(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "ROWS", 200)
    loaded = from_bundle(bundles.bundle())
    tab = browser.new_page()
    tab.goto(build(loaded, tmp_path).as_uri())
    shown = tab.locator("#runs tbody tr").count()
    assert 0 < shown < len(loaded.runs)
    assert tab.locator("#runs output").inner_text() == f"the {shown} rows shown here, of {len(loaded.runs)}"
    tab.locator("#runs select[data-key=status]").select_option("timeout")
    assert (
        tab.locator("#runs output").inner_text() == f"3 of the {shown} rows shown here, of {len(loaded.runs)}"
    )
    tab.close()
