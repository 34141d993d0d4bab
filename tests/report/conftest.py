"""Invented bundles, reports built from them, and a browser to look at the pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report import bundles

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
    from benchmarks import records
    from report.results import from_bundle

    return from_bundle(records.read_bundle(one))


@pytest.fixture(scope="session")
def page_file(results: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the bundle of one machine."""
    from report import page

    return page.build(results, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
