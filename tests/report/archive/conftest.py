"""An archive of two bundles, and what it says of itself."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from report.archive import archive
from report.results import Results
from tests.report import bundles
from tests.report.variations import POCKET, loaded, only

#: a rule that the host drives and so has no legs, a net, and two with pictures
ENTRIES = {"mcculloch_pitts_1943", "lenet5_1998", "rbm_1986", "gan_2014"}


@dataclass(frozen=True)
class Published:
    """The results of two bundles, their archive, and the folder into which it was unpacked."""

    results: Results
    path: Path
    folder: Path

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


#: where the suite's files and the report can be read
ADDRESSES = ("https://example.org/suite", "https://example.org/report/")


def publish(results: Results, folder: Path) -> Published:
    """Writes the archive of these results into a folder, and unpacks it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = archive.write(results, folder, *ADDRESSES)
    assert path is not None
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder / "unpacked")
    return Published(results, path, folder / "unpacked")


def small(**options: Any) -> records.Bundle:
    return only(bundles.bundle(tiers=POCKET, **options), ENTRIES)


def given() -> tuple[records.Bundle, records.Bundle]:
    """A bundle of two machines, and one of a third."""
    return small(machines=2, seeds=3), bundles.again(small(seeds=2), 5, 0.1, 1.5, caches="L2 4 MiB")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The archive of these two."""
    results = loaded(tmp_path_factory.mktemp("given"), *given())
    return publish(results, tmp_path_factory.mktemp("published"))
