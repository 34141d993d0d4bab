"""The idx format of MNIST and of the data sets made in its image."""

import gzip
import struct
from pathlib import Path

import numpy as np

from benchmarks.datasets import files
from benchmarks.spec import Data, DataFile

NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def parse(content: bytes, name: str) -> np.ndarray:
    """The array in an idx file: two zero bytes, type (8: unsigned byte), rank, big-endian sizes, values;
    uint8.

    Raises DataError if the header is not of that form or does not fit the number of bytes.
    """
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise files.DataError(
            f"{name}: starts with {content[:4].hex()!r}, expected 000008 and the rank: not an idx file of "
            "unsigned bytes"
        )
    rank = content[3]
    if len(content) < 4 + 4 * rank:
        raise files.DataError(f"{name}: {len(content)} bytes are too few for an idx header of rank {rank}")
    shape = struct.unpack_from(f">{rank}I", content, 4)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * rank)
    if values.size != np.prod(shape, dtype=np.int64):
        raise files.DataError(f"{name}: the header declares shape {shape}, but {values.size} values follow")
    return values.reshape(shape)


def load(folder: str, published: tuple[DataFile, ...], data_dir: Path | None) -> Data:
    """Four gzipped idx files as x uint8 [n,28,28,1] and y int32 [n]; validation = the last 10,000 training
    examples."""
    contents = files.fetch(folder, published, data_dir)
    images, labels, test_images, test_labels = (
        parse(gzip.decompress(contents[name]), name) for name in NAMES
    )
    for x, y in ((images, labels), (test_images, test_labels)):
        if x.shape[1:] != (28, 28) or y.shape != x.shape[:1] or y.max() > 9:
            raise files.DataError(f"{folder}: images {x.shape} and labels {y.shape} do not fit together")
    x, y = images[..., None], labels.astype(np.int32)
    return Data(
        train={"x": x[:-10_000], "y": y[:-10_000]},
        validation={"x": x[-10_000:], "y": y[-10_000:]},
        test={"x": test_images[..., None], "y": test_labels.astype(np.int32)},
    )
