"""USPS: 9,298 handwritten digits from envelopes, the zip codes of the first convolutional nets."""

import gzip
import io
from pathlib import Path

import numpy as np

from benchmarks.datasets import files
from benchmarks.spec import Data, DataFile, DatasetCard

FOLDER = "usps"
HOST = "https://hastie.su.domains/ElemStatLearn/datasets/"
FILES = (
    DataFile(
        "zip.train.gz",
        "66ebf231ab51f2cf6ac1a892d0f98ccffee1079d7a5db638c1f11f366046ca16",
        (HOST + "zip.train.gz",),
    ),
    DataFile(
        "zip.test.gz",
        "8dacc3c6e136af6c3488de9e5113a7daf140c8c2f1f0b61c54ee02f03f1a962f",
        (HOST + "zip.test.gz",),
    ),
)

CARDS = {
    "usps": DatasetCard(
        id="usps",
        title="USPS zip code digits",
        task="classification",
        licence="none stated (given by the neural network group of AT&T to the authors of The Elements of "
        "Statistical Learning)",
        source="https://hastie.su.domains/ElemStatLearn/",
        citation="LeCun et al.: Backpropagation applied to handwritten zip code recognition. Neural "
        "Computation 1, 1989",
        split="6,291 train / 1,000 validation (the last 1,000 of the published training set) / 2,007 test "
        "(as published)",
        checksum=files.checksum(FILES),
        shape="16x16x1 float32, -1 to 1",
        classes=tuple("0123456789"),
        files=FILES,
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the files are there without a download, else which one is not."""
    return files.missing(FOLDER, FILES, data_dir)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [n,16,16,1], -1 paper to 1 ink; y int32 [n]. Raises DataError for a missing or corrupt
    file."""
    contents = files.fetch(FOLDER, FILES, data_dir)

    def part(name: str) -> tuple[np.ndarray, np.ndarray]:
        table = np.loadtxt(io.BytesIO(gzip.decompress(contents[name])), dtype=np.float32)
        return table[:, 1:].copy().reshape(-1, 16, 16, 1), table[:, 0].astype(np.int32)

    (x, y), (test_x, test_y) = part("zip.train.gz"), part("zip.test.gz")
    return Data(
        train={"x": x[:-1_000], "y": y[:-1_000]},
        validation={"x": x[-1_000:], "y": y[-1_000:]},
        test={"x": test_x, "y": test_y},
    )
