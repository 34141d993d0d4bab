"""The encoder problem in its other sizes: one-hot patterns of four and of forty units."""

from pathlib import Path

import numpy as np

from benchmarks.datasets.arrays import verified
from benchmarks.datasets.tables.bits import OWN, SPLIT, table
from benchmarks.spec import Data, DatasetCard

CITATION = "Ackley, Hinton, Sejnowski: A learning algorithm for Boltzmann machines. Cognitive Science 9, 1985"

CARDS = {
    "encoder_4": DatasetCard(
        id="encoder_4",
        title="4-2-4 and 4-3-4 encoder",
        task="encoding",
        licence=OWN,
        source="generated",
        citation=CITATION,
        split=SPLIT,
        checksum="e95dfd9baeb7ee52e149744abb057887135e20432d0f74e5753835d7c62e0528",
        shape="4 float32 in {0,1}",
        classes=tuple("0123"),
        procedural=True,
        parameters={"units": 4},
    ),
    "encoder_40": DatasetCard(
        id="encoder_40",
        title="40-10-40 encoder",
        task="encoding",
        licence=OWN,
        source="generated",
        citation=CITATION,
        split=SPLIT,
        checksum="e0a32779331ce4b4006ddfdf3da95cd27092b2ed654af7877090ab1b210c797b",
        shape="40 float32 in {0,1}",
        procedural=True,
        parameters={"units": 40},
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [n,n]: the one-hot rows; y int32 [n]: which unit is on."""
    units = CARDS[id].parameters["units"]
    return verified(CARDS[id], table(np.eye(units), np.arange(units)))
