"""Data sets: one file each; the folder listing is the registry. Files whose name starts with "_" are helpers.

Each file has a `CARD` (what the data set is), a function `load(data_dir)` and, where it needs files,
`missing(data_dir)`. Reading cards imports NumPy but no framework.
"""

import functools
import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.catalogue import nearest
from benchmarks.datasets._files import DataError, cache_dir
from benchmarks.spec import Data, DatasetCard

__all__ = ["DataError", "available", "cache_dir", "card", "ids", "joined", "load", "sample", "source_file"]

#: So many images stand for all of a data set that memory cannot hold, where a layer takes its statistics.
SAMPLE = 2_000
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


def card(id: str, data_dir: Path | None = None) -> DatasetCard:
    """What the data set of this id is. Raises KeyError for an unknown id.

    Where the files are the user's own folder, which no published checksum covers, the card's is that of what lies in `data_dir`.
    """
    module = _module(id)
    found: DatasetCard = module.card(data_dir) if hasattr(module, "card") else module.CARD
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


def joined(first: Any, second: Any) -> Any:
    """Two arrays, or two series of images that are read when asked for, one after the other."""
    return np.concatenate([first, second]) if isinstance(first, np.ndarray) else first.joined(second)


def sample(array: Any) -> Any:
    """The array itself; of images that are read when asked for, some, evenly spaced, that memory can hold."""
    return (
        array
        if isinstance(array, np.ndarray)
        else array[np.linspace(0, len(array) - 1, min(len(array), SAMPLE)).astype(int)]
    )


def available(id: str, data_dir: Path | None = None) -> str | None:
    """None if the data set can be loaded without a network, else the reason why not."""
    card(id)
    module = _module(id)
    reason: str | None = module.missing(data_dir) if hasattr(module, "missing") else None
    return reason
