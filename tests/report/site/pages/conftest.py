"""Pages of entries that the installed catalogue has, and of entries that only a bundle knows."""

from pathlib import Path

import pytest

from report.loading import load
from report.results import Results
from tests.report.site import alone


@pytest.fixture(scope="session")
def invented(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of entries that only the bundle of one machine knows."""
    return alone.build(results, tmp_path_factory.mktemp("invented"))


@pytest.fixture(scope="session")
def installed(two: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a bundle of two machines, with the installed catalogue, in a report whose suite has an address."""
    return alone.build(load([two]), tmp_path_factory.mktemp("installed"), "https://example.org/suite")
