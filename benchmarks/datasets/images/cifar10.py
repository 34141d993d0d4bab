"""CIFAR-10: 60,000 colour photographs of 32x32 pixels in ten classes."""

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets import files
from benchmarks.spec import Data, DataFile, DatasetCard

FOLDER = "cifar-10"
ARCHIVE = DataFile(
    "cifar-10-python.tar.gz",
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    ("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",),
)
#: Each batch as it lies in the archive, or that file compressed by xz: name, SHA-256 of the file, SHA-256 of
#: the .xz.
SUMS = (
    (
        "data_batch_1",
        "54636561a3ce25bd3e19253c6b0d8538147b0ae398331ac4a2d86c6d987368cd",
        "e016dd445628bc2b4f515725b3340e896a6d33dd5c4310249190e4050c9aff61",
    ),
    (
        "data_batch_2",
        "766b2cef9fbc745cf056b3152224f7cf77163b330ea9a15f9392beb8b89bc5a8",
        "b6a180ec41e814b0fddf9f74b35633e1db9c41a16e009b3b6a8ca80a6f45e0ef",
    ),
    (
        "data_batch_3",
        "0f00d98ebfb30b3ec0ad19f9756dc2630b89003e10525f5e148445e82aa6a1f9",
        "13a29ddebf0bba05c1049f8d6eec203a4fc128b01e759f923dc6ded9d6df59bb",
    ),
    (
        "data_batch_4",
        "3f7bb240661948b8f4d53e36ec720d8306f5668bd0071dcb4e6c947f78e9682b",
        "1f5c62b3439870376c23072c2070b7d7c1a9ab78ce025a8440fe7dc74fa3cf2d",
    ),
    (
        "data_batch_5",
        "d91802434d8376bbaeeadf58a737e3a1b12ac839077e931237e0dcd43adcb154",
        "8ec22a94b19699e12e3c481fa5c66c74f06b1ad7aa0290cdd37f63e147afe492",
    ),
    (
        "test_batch",
        "f53d8d457504f7cff4ea9e021afcf0e0ad8e24a91f3fc42091b8adef61157831",
        "6c16fa6ee72319dfae4871eac9b9998930bff34262ee8968afbe6d536fa743fd",
    ),
)
FILES = tuple(
    DataFile(f"cifar-10-batches-py/{name}", sum, ARCHIVE.urls, {f"cifar-10-batches-py/{name}.xz": xz})
    for name, sum, xz in SUMS
)

CARDS = {
    "cifar10": DatasetCard(
        id="cifar10",
        title="CIFAR-10",
        task="classification",
        licence="none stated; the author asks that the report be cited. Derived from 80 Million Tiny "
        "Images, which was withdrawn",
        source="https://www.cs.toronto.edu/~kriz/cifar.html",
        citation="Krizhevsky: Learning multiple layers of features from tiny images. Technical report, "
        "University of Toronto, 2009",
        split="45,000 train / 5,000 validation (the last 5,000 of the published training set) / 10,000 test "
        "(as published)",
        checksum=files.checksum(FILES),
        shape="32x32x3 uint8",
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        files=FILES,
    ),
}


class ArrayUnpickler(pickle.Unpickler):
    """Reads plain containers, strings, numbers and NumPy arrays; refuses every other class or function."""

    def find_class(self, module: str, name: str) -> Any:
        """The three names that the pickle of an array refers to. Raises UnpicklingError for any other."""
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            return _empty_array
        if (module, name) == ("numpy", "ndarray"):
            return np.ndarray
        if (module, name) == ("numpy", "dtype"):
            return _byte_type
        raise pickle.UnpicklingError(
            f"refers to {module}.{name}, but only NumPy arrays and plain containers are allowed"
        )


def _empty_array(kind: type, shape: tuple[int, ...], code: bytes) -> np.ndarray:
    """What NumPy's _reconstruct makes of its usual arguments: an empty array, whose state is set
    afterwards."""
    if kind is not np.ndarray:
        raise pickle.UnpicklingError(f"wants an array of type {kind}, but only numpy.ndarray is allowed")
    return np.ndarray(shape, np.uint8)


def _byte_type(code: bytes | str, *_: object) -> np.dtype:
    """The dtype of unsigned bytes, the only one that the batches hold."""
    if code not in (b"u1", "u1"):
        raise pickle.UnpicklingError(f"holds an array of dtype {code!r}, but only unsigned bytes are allowed")
    return np.dtype(np.uint8)


def parse(content: bytes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """One batch as x uint8 [10000,32,32,3] and y int32 [10000]. Raises DataError if it is not of that form.

    Call it with checked bytes only: the unpickler runs no foreign code, but does not bound the memory it
    takes.
    """
    try:
        batch = ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
        data, labels = batch[b"data"], np.array(batch[b"labels"])
        x = data.reshape(10_000, 3, 32, 32).transpose(0, 2, 3, 1)
    except Exception as error:  # a malformed pickle can raise nearly anything
        raise files.DataError(f"{name}: not a CIFAR-10 batch: {error}") from error
    if (
        x.dtype != np.uint8
        or labels.shape != (10_000,)
        or labels.dtype.kind != "i"
        or labels.min() < 0
        or labels.max() > 9
    ):
        raise files.DataError(
            f"{name}: expected 10,000 labels from 0 to 9, found {labels.dtype} {labels.shape}"
        )
    return np.ascontiguousarray(x), labels.astype(np.int32)


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the files are there without a download, else which one is not."""
    return files.missing(FOLDER, FILES, data_dir, ARCHIVE)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x uint8 [n,32,32,3], red, green, blue; y int32 [n]. Raises DataError for a missing or corrupt file."""
    contents = files.fetch(FOLDER, FILES, data_dir, ARCHIVE)
    batches = [parse(contents.pop(file.name), file.name) for file in FILES]
    x = np.concatenate([images for images, _ in batches[:-1]])
    y = np.concatenate([labels for _, labels in batches[:-1]])
    test_x, test_y = batches[-1]
    return Data(
        train={"x": x[:-5_000], "y": y[:-5_000]},
        validation={"x": x[-5_000:], "y": y[-5_000:]},
        test={"x": test_x, "y": test_y},
    )
