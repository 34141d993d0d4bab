"""CIFAR-10 to learn features from, with a photograph and two styles in which to paint it."""

import dataclasses
from pathlib import Path

from benchmarks.datasets.images import cifar10, photographs
from benchmarks.spec import Data

#: The data set that the images come from.
IMAGES = cifar10.CARDS["cifar10"]

CARDS = {
    "cifar10_photographs": dataclasses.replace(
        IMAGES,
        id="cifar10_photographs",
        title="CIFAR-10, and photographs to be painted",
        licence=f"CIFAR-10: {IMAGES.licence}; {photographs.LICENCE}",
        citation=f"{IMAGES.citation}; Pedregosa et al.: Scikit-learn: machine learning in Python. JMLR 12, "
        "2011 (sample images)",
        split=f"{IMAGES.split}; the pictures are in info",
        shape="32x32x3 uint8; pictures 96x128x3",
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if CIFAR-10's files are there without a download, else which one is not."""
    return cifar10.missing("cifar10", data_dir)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x, y as in cifar10; info: content [96,128,3] and styles [2,96,128,3], 0 to 255. Raises DataError as
    cifar10 does."""
    return dataclasses.replace(cifar10.load("cifar10", data_dir), info=photographs.info(4))
