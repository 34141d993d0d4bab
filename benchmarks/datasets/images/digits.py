"""Digits: 1,797 handwritten digits of 8x8 blocks, bundled with scikit-learn: real handwriting without a
download."""

import gzip
from importlib.metadata import distribution
from pathlib import Path

import numpy as np

from benchmarks.datasets.arrays import generator, verified
from benchmarks.spec import Data, DatasetCard

SEED = 1998

CARDS = {
    "digits": DatasetCard(
        id="digits",
        title="Optical recognition of handwritten digits (8x8)",
        task="classification",
        licence="CC BY 4.0 (UCI machine learning repository, as recalled); bundled with scikit-learn",
        source="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits "
        "(its test part, optdigits.tes)",
        citation="Alpaydin, Kaynak: Cascading classifiers. Kybernetika 34(4), 1998",
        split="60% train / 20% validation / 20% test of each class, drawn once from a fixed seed (the data "
        "set has no published split of its own)",
        checksum="3731f4e520b1b288c1af036d8c30d084c0480891fe5f51467adadfbd862a8d54",
        shape="8x8x1 uint8, 0 to 16",
        classes=tuple("0123456789"),
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x uint8 [n,8,8,1], values 0 to 16 (inked pixels of a 4x4 block); y int32 [n]."""
    # Importing scikit-learn takes seconds, reading the file that it bundles milliseconds.
    path = Path(str(distribution("scikit-learn").locate_file("sklearn/datasets/data/digits.csv.gz")))
    with gzip.open(path, "rt") as lines:
        table = np.loadtxt(lines, delimiter=",", dtype=np.int32)
    x, y = table[:, :64].astype(np.uint8).reshape(-1, 8, 8, 1), table[:, 64]
    rng = generator(SEED)
    parts: tuple[list[np.ndarray], ...] = ([], [], [])
    for digit in range(10):
        rows = rng.permutation(np.flatnonzero(y == digit))
        cuts = (round(0.6 * len(rows)), round(0.8 * len(rows)))
        for part, chosen in zip(parts, np.split(rows, cuts), strict=True):
            part.append(chosen)
    train, validation, test = (rng.permutation(np.concatenate(part)) for part in parts)
    return verified(CARDS[id], Data(*({"x": x[rows], "y": y[rows]} for rows in (train, validation, test))))
