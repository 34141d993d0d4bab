"""Data sets. The folder listing is the registry: a module with `CARDS` holds a data set, or a family of them.

`protocol.py` says what such a module offers. Reading cards imports NumPy but no framework.
"""

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.catalogue import nearest
from benchmarks.datasets import registry
from benchmarks.datasets.files import DataError, cache_dir
from benchmarks.datasets.protocol import DatasetModule, HasFiles, HasUserFolder
from benchmarks.spec import Data, DatasetCard

__all__ = ["DataError", "available", "cache_dir", "card", "ids", "joined", "load", "sample", "source_file"]

#: The number of images from which a layer takes statistics of a data set that does not fit into memory.
SAMPLE = 2_000
DATASETS = Path(__file__).parent


def ids() -> list[str]:
    """The ids of all data sets, in alphabetical order."""
    return sorted(registry.modules(DATASETS))


def source_file(id: str) -> Path:
    """The file that holds a data set. Raises KeyError with the nearest valid ids for an unknown one."""
    by_id = registry.modules(DATASETS)
    if id not in by_id:
        raise KeyError(f"unknown data set {id!r}: {nearest(id, ids())}")
    return by_id[id]


def _module(id: str) -> DatasetModule:
    path = source_file(id)
    name = ".".join(path.relative_to(DATASETS).with_suffix("").parts)
    module = importlib.import_module(f"benchmarks.datasets.{name}")
    if not isinstance(module, DatasetModule):
        raise TypeError(f"{path} needs CARDS and load(id, data_dir), as benchmarks/datasets/protocol.py says")
    return module


def card(id: str, data_dir: Path | None = None) -> DatasetCard:
    """The card of a data set. Raises KeyError for an unknown id.

    If the files are the user's own folder, which no published checksum covers, the card has the checksum of
    the files in `data_dir`.
    """
    module = _module(id)
    declared = module.card(id, data_dir) if isinstance(module, HasUserFolder) else module.CARDS[id]
    if declared.id != id:
        raise ValueError(
            f"{source_file(id)}: CARDS has a card of id {declared.id!r} under the key {id!r}; use one id"
        )
    return declared


def load(id: str, data_dir: Path | None = None) -> Data:
    """The arrays of a data set, checked against its card.

    Files come from the local mirror `data_dir` or, if it is None, from the cache, into which they are
    downloaded if need be. Raises KeyError for an unknown id and DataError if a file or array is not what the
    card declares.
    """
    return _module(id).load(id, data_dir)


def joined(first: Any, second: Any) -> Any:
    """Two arrays, or two series of streamed images, one after the other."""
    return np.concatenate([first, second]) if isinstance(first, np.ndarray) else first.joined(second)


def sample(array: Any) -> Any:
    """The array itself; of streamed images, an evenly spaced sample that fits into memory."""
    if isinstance(array, np.ndarray):
        return array
    return array[np.linspace(0, len(array) - 1, min(len(array), SAMPLE)).astype(int)]


def available(id: str, data_dir: Path | None = None) -> str | None:
    """None if the data set can be loaded without a network, else the reason why not."""
    module = _module(id)
    return module.missing(id, data_dir) if isinstance(module, HasFiles) else None
