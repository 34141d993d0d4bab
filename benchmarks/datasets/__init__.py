"""Data sets: one file each; the folder listing is the registry. Files whose name starts with "_" are helpers.

Each file has a `CARD` (what the data set is), a function `load(data_dir)` and, where it needs files,
`missing(data_dir)`. Reading cards imports NumPy but no framework.
"""

import functools
import importlib
from pathlib import Path
from types import ModuleType

from benchmarks.catalogue import nearest
from benchmarks.datasets._files import DataError, cache_dir
from benchmarks.spec import Data, DatasetCard

__all__ = ["DataError", "available", "cache_dir", "card", "ids", "load", "source_file"]

DATASETS = Path(__file__).parent


@functools.cache
def _ids() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in DATASETS.glob("*.py") if not path.stem.startswith("_")))


def ids() -> list[str]:
    """The ids of all data sets, in alphabetical order."""
    return list(_ids())


def source_file(id: str) -> Path:
    """The file of one data set. Raises KeyError with the nearest valid ids for an unknown one."""
    if id not in _ids():
        raise KeyError(f"unknown data set {id!r}: {nearest(id, ids())}")
    return DATASETS / f"{id}.py"


def _module(id: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{source_file(id).stem}")


def card(id: str) -> DatasetCard:
    """What the data set of this id is. Raises KeyError for an unknown id."""
    found: DatasetCard = _module(id).CARD
    if found.id != id:
        raise ValueError(f"{source_file(id)}: CARD says id {found.id!r}, the file's name {id!r}")
    return found


def load(id: str, data_dir: Path | None = None) -> Data:
    """The arrays of a data set, checked against its card.

    Files come from the local mirror `data_dir`, or, where it is None, from the cache, into which they are downloaded
    if need be. Raises KeyError for an unknown id and DataError if a file or array is not what the card declares.
    """
    card(id)
    data: Data = _module(id).load(data_dir)
    return data


def available(id: str, data_dir: Path | None = None) -> str | None:
    """None if the data set can be loaded without a network, else the reason why not."""
    card(id)
    module = _module(id)
    reason: str | None = module.missing(data_dir) if hasattr(module, "missing") else None
    return reason
