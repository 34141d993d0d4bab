"""The pages in a browser: by mouse and keyboard, wide and narrow, light and dark, on screen and paper."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.report.site.seen import column

Visit = Callable[..., Any]
#: one page of each kind
KINDS = (
    *("index.html", "entries.html", "entries/lenet5_1998.html", "tracks.html", "claims.html"),
    *("machines.html", "runs.html", "data.html", "methods.html"),
    *("provenance.html", "provenance/lenet5_1998.html"),
)


def every(tab: Any, table: str, key: str) -> list[str]:
    """Keys of a column on all pages of a table, from its first one."""
    tab.locator(f"#{table} .pager button").first.dispatch_event("click")
    found = column(tab, table, key)
    following = tab.locator(f"#{table} .pager button", has_text="Next")
    while following.get_attribute("aria-disabled") == "false":
        following.dispatch_event("click")
        found += column(tab, table, key)
    return found


def test_headings_sort_numbers_and_words_and_blanks_come_last(visit: Visit) -> None:
    tab = visit("runs.html")
    before = every(tab, "runs", "train_s")
    head = tab.locator("#runs th[data-key=train_s]")
    blanks = before.count("")
    assert 0 < blanks < len(before) == 192
    numbers = sorted(float(value) for value in before if value)
    for direction, expected in (("descending", numbers[::-1]), ("ascending", numbers)):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == direction
        values = every(tab, "runs", "train_s")
        assert [float(value) for value in values[:-blanks]] == expected
        assert set(values[-blanks:]) == {""}
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "none"
    assert every(tab, "runs", "train_s") == before
    tab.locator("#runs th[data-key=recipe] button").click()
    words = every(tab, "runs", "recipe")
    assert words == sorted(words)


def test_headings_sort_by_keyboard(visit: Visit) -> None:
    tab = visit("claims.html")
    tab.locator("#claims th[data-key=claimed] button").focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#claims th[data-key=claimed]").get_attribute("aria-sort") == "descending"
    tab.keyboard.press("Space")
    assert tab.locator("#claims th[data-key=claimed]").get_attribute("aria-sort") == "ascending"
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_rows_made_of_data_are_those_that_the_page_was_written_with(visit: Visit, site_file: Path) -> None:
    script = """(html) => {
      const written = new DOMParser().parseFromString(html, "text/html");
      return [...document.querySelectorAll("figure.table")].map((figure) => {
        const rows = (of) => of.getElementById(figure.id).querySelector("tbody").innerHTML;
        const here = rows(document).replaceAll(/ data-label="[^"]*"/g, "");
        return [figure.id, !!figure.querySelector("script"), here === rows(written)];
      });
    }"""
    seen = {}
    for page in ("claims.html", "machines.html", "runs.html", "data.html", "entries.html"):
        html = (site_file.parent / page).read_text(encoding="utf-8")
        for table, made_of_data, same in visit(page).evaluate(script, html):
            assert same, table
            seen[table] = made_of_data
    assert seen["runs"] and seen["claims"] and not seen["compared_pairs"]


def test_filters_narrow_the_rows_and_say_so(visit: Visit) -> None:
    tab = visit("runs.html")
    tab.locator("#runs input[type=search]").fill("lenet mnist")
    assert set(column(tab, "runs", "entry")) == {"lenet5_1998"}
    assert tab.locator("#runs output").inner_text() == "6 of 192 rows"
    assert not tab.locator("#runs .pager").is_visible()
    tab.locator("#runs input[type=search]").fill("")
    tab.locator("#runs select[data-key=status]").select_option("timeout")
    assert set(column(tab, "runs", "status")) == {"timeout"}
    tab = visit("entries.html")
    tab.locator("#card-list select[data-key=family]").select_option("recurrent")
    assert tab.locator("#card-list li").count() == 2
    assert tab.locator("#card-list output").inner_text() == "2 of 14 entries"


def test_pages_of_rows_turn(visit: Visit) -> None:
    tab = visit("runs.html")
    pager, first = tab.locator("#runs .pager"), column(tab, "runs", "seed")
    assert len(first) == 20 and pager.locator("span").inner_text() == "Rows 1 to 20 of 192"
    pager.get_by_text("Last").click()
    assert pager.locator("span").inner_text() == "Rows 181 to 192 of 192"
    assert tab.url.endswith("#runs?runs.page=10")
    tab.locator("#runs input[type=search]").fill("net")
    assert pager.locator("span").inner_text().startswith("Rows 1 to 20 of ")
    tab = visit("runs.html", "#runs?runs.page=10&runs.status=ok")
    ok = int(tab.locator("#runs output").inner_text().partition(" ")[0])
    assert tab.locator("#runs .pager span").inner_text() == f"Rows {ok - ok % 20 + 1} to {ok} of {ok}"


def test_the_address_keeps_the_state(visit: Visit, browser: Any) -> None:
    tab = visit("claims.html")
    tab.locator("#claims th[data-key=claimed] button").click()
    tab.locator("#claims select[data-key=verdict]").select_option("not comparable")
    tab.locator("#claims input[type=search]").fill("dqn & 100%")
    tab.locator("#claims input[type=search]").fill("atari")
    tab.locator(".contents a[href='#verdicts']").click()
    # the browser tells the page of the new place a moment later
    tab.wait_for_function("location.hash.startsWith('#verdicts?')")
    other = browser.new_context(reduced_motion="reduce").new_page()
    other.goto(tab.url)
    assert other.locator("#claims th[data-key=claimed]").get_attribute("aria-sort") == "descending"
    assert column(other, "claims", "entry") == column(tab, "claims", "entry") == ["dqn_2013"]
    assert other.locator("#claims input[type=search]").input_value() == "atari"
    assert other.evaluate("Math.abs(document.getElementById('verdicts').getBoundingClientRect().top) < 60")
    other.context.close()


def test_a_count_of_claims_leads_to_them(visit: Visit) -> None:
    tab = visit("claims.html")
    for link in tab.locator(".verdicts a").all():
        n, verdict = link.inner_text().split(" ", 1)
        link.click()
        tab.wait_for_function(
            "(n) => document.querySelector('#claims output').textContent.startsWith(n)", arg=n
        )
        assert set(column(tab, "claims", "verdict")) == {verdict}


@pytest.mark.parametrize(
    "state",
    [
        "#runs?runs.sort=nothing,ascending",
        "#runs?runs.sort=seed,sideways&x.y=z",
        "#runs?runs.page=many",
        "#%E0%A4%A?runs.other=%",
        "#runs?runs.status=unheard",
    ],
)
def test_a_broken_address_does_no_harm(visit: Visit, state: str) -> None:
    tab = visit("runs.html", state)
    assert tab.locator("#runs output").inner_text() == "192 rows"
    assert len(column(tab, "runs", "seed")) == 20


def test_csv_holds_the_rows_that_the_filters_leave(visit: Visit) -> None:
    tab = visit("runs.html")
    tab.locator("#runs select[data-key=family]").select_option("convolutional")
    n = int(tab.locator("#runs output").inner_text().partition(" ")[0])
    with tab.expect_download() as download:
        tab.locator("#runs a[data-csv]").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + n > 21
    assert lines[0].startswith("entry,year,recipe,seed,")
    assert all(",convolutional," in line for line in lines[1:])


def test_svg_references_resolve(visit: Visit) -> None:
    tab = visit("claims.html")
    broken = tab.evaluate(
        "[...document.querySelectorAll('svg use')].filter((use) => "
        "!document.getElementById(use.getAttribute('href').slice(1))).length"
    )
    assert broken == 0
    assert tab.locator("svg use").count() > 10


@pytest.mark.parametrize("page", KINDS)
def test_every_kind_of_page_fits_reads_and_is_accessible(visit: Visit, page: str) -> None:
    """At all widths nothing is wider than the screen; axe finds nothing, light and wide, dark and narrow."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = visit(page)
    assert [tab.locator(name).count() for name in ("main", "body > header", "body > footer", "h1")] == [
        1,
        1,
        1,
        1,
    ]
    alts = tab.evaluate(
        "[...document.querySelectorAll('svg, img')].map((e) => e.getAttribute('alt') || "
        "e.getAttribute('aria-label') || '')"
    )
    assert all(len(alt) > 10 for alt in alts)
    tab.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    for width in (320, 390, 768, 1280):
        tab.set_viewport_size({"width": width, "height": 844})
        assert tab.evaluate("document.documentElement.scrollWidth") == width
    for scheme, width in (("light", 1280), ("dark", 390)):
        tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        tab.set_viewport_size({"width": width, "height": 900})
        # What drawings consist of, and further rows of tables, are most of the elements, and all alike.
        some = {"exclude": [["svg > *"], ["tbody tr:nth-child(n+4)"]]}
        found = axe.run(tab, some).response["violations"]
        assert [(one["id"], one["help"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_on_narrow_screens_each_value_has_its_heading(visit: Visit) -> None:
    tab = visit("runs.html")
    tab.set_viewport_size({"width": 390, "height": 844})
    row = tab.locator("#runs tbody tr").first
    value = row.locator("td[data-label=recipe]")
    assert value.evaluate("(e) => getComputedStyle(e, '::before').content") == '"recipe "'
    assert not tab.locator("#runs thead").is_visible()
    tab.locator("#runs .sorter select").select_option(label="training ↓")
    values = [float(value) for value in column(tab, "runs", "train_s")]
    assert values == sorted(values, reverse=True)


def test_a_figure_that_scrolls_sideways_says_so(visit: Visit) -> None:
    tab = visit("index.html")
    hint = "getComputedStyle(document.querySelector('.plot'), '::after').content"
    assert tab.evaluate(hint) == "none"
    tab.set_viewport_size({"width": 390, "height": 800})
    assert "sideways" in tab.evaluate(hint)
    assert tab.evaluate(
        "[...document.querySelectorAll('.plot')].every(plot => plot.scrollWidth > plot.clientWidth)"
    )


def test_dark_mode_turns_the_figures_too(visit: Visit) -> None:
    tab = visit("claims.html")
    script = "getComputedStyle(document.querySelector('#figure-claims svg text')).fill"
    light = tab.evaluate(script)
    tab.emulate_media(color_scheme="dark")
    dark = tab.evaluate(script)
    assert (light, dark) == ("rgb(27, 27, 28)", "rgb(232, 230, 225)")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"


def test_print_leaves_out_what_paper_cannot_do(visit: Visit) -> None:
    tab = visit("runs.html")
    tab.emulate_media(media="print")
    for hidden in ("header.site", "#runs .tools", "#runs .pager button"):
        assert not tab.locator(hidden).first.is_visible()
    assert tab.locator("#runs .pager span").inner_text() == "Rows 1 to 20 of 192"
    assert tab.evaluate("getComputedStyle(document.querySelector('.scroll')).maxHeight") == "none"
    assert tab.pdf().startswith(b"%PDF-")


def test_the_skip_link_leads_to_the_content(visit: Visit) -> None:
    tab = visit("runs.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"


def test_works_without_script(browser: Any, site_file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((site_file.parent / "runs.html").as_uri())
    assert tab.locator("#runs tbody tr").count() == 20
    assert not tab.locator("#runs .tools").is_visible()
    assert "Rows 1 to 20 of 192" in tab.locator("#runs .pager").inner_text()
    assert tab.locator("#runs .pager a[href='tables/runs.csv']").is_visible()
    context.close()
