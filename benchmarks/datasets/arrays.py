"""Checksums of generated arrays, and the one source of randomness of the procedural data sets."""

import hashlib
import json

import numpy as np

from benchmarks.datasets.files import DataError
from benchmarks.spec import Data, DatasetCard


def generator(seed: int) -> np.random.Generator:
    """The random numbers of a procedural data set: PCG64 from a fixed seed, the same on every machine."""
    return np.random.Generator(np.random.PCG64(seed))


def checksum(data: Data) -> str:
    """SHA-256 of all arrays (split, key, dtype, shape, little-endian bytes) and of `info` as JSON."""
    digest = hashlib.sha256()
    for split in ("train", "validation", "test"):
        for key, array in sorted(getattr(data, split).items()):
            little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            digest.update(f"{split} {key} {little.dtype.str} {little.shape}\n".encode())
            digest.update(little.tobytes())
    digest.update(json.dumps(dict(data.info), sort_keys=True).encode())
    return digest.hexdigest()


def verified(card: DatasetCard, data: Data) -> Data:
    """`data`, if its arrays are those that `card` declares. Raises DataError otherwise."""
    actual = checksum(data)
    if actual != card.checksum:
        raise DataError(
            f"{card.id}: the arrays' SHA-256 is {actual}, its card says {card.checksum}: if the data set"
            " is new or was changed on purpose, check the arrays and put this sum on its card; if not, NumPy"
            f" {np.__version__} or the bundled file gives other numbers than when the data set was fixed:"
            " install the locked versions of this release"
        )
    return data
