"""Invented bundles, reports built from them, and a browser to look at the pages."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from report.results import Results
from tests.report import bundles
from tests.report.site.seen import Seen
from tests.report.variations import few, loaded

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: no sandbox: tests often run as root in a container
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of one machine."""
    return bundles.write(tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of two machines."""
    return bundles.write(tmp_path_factory.mktemp("two"), machines=2)


@pytest.fixture(scope="session")
def results(one: Path) -> Any:
    """Its results, with its own invented cards, though the catalogue has entries of these names."""
    from report.loading import from_bundle

    return from_bundle(records.read_bundle(one))


@pytest.fixture(scope="session")
def page_file(results: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the bundle of one machine."""
    from report.site.build import build

    return build(results, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site_file(two: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of two machines, whose tables show 20 rows at a time."""
    from report.loading import from_bundle
    from report.site import data_tables
    from report.site.build import build

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_tables, "PAGE_ROWS", 20)
        return build(from_bundle(records.read_bundle(two)), tmp_path_factory.mktemp("site"))


@pytest.fixture
def visit(browser: Any, site_file: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page of that report in a tab; in the end, no page may have said or loaded anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    seen = Seen(tab, site_file)

    def to(page: str, hash: str = "") -> Any:
        tab.goto("about:blank")
        tab.goto((site_file.parent / page).as_uri() + hash)
        return tab

    yield to
    context.close()
    assert seen.messages == []
    assert seen.foreign() == []


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> records.Bundle:
    """A bundle of two entries: one with a claim, a published time and data sets; one with pictures."""
    monkeypatch.setattr(
        bundles, "ENTRIES", [row for row in bundles.ENTRIES if row[0] in ("lenet5_1998", "rbm_1986")]
    )
    return bundles.bundle(machines=2, seeds=2)


@pytest.fixture(scope="session")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Forty machines."""
    one = few()
    return loaded(
        tmp_path_factory.mktemp("forty"),
        one,
        *(bundles.again(one, i, 0.03, 1 + i / 20, caches=f"L2 {i} MiB") for i in range(1, 40)),
    )
