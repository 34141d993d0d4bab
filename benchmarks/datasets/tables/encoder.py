"""The 8-3-8 encoder problem: eight one-hot patterns through a narrow hidden layer, onto themselves."""

from pathlib import Path

import numpy as np

from benchmarks.datasets.arrays import verified
from benchmarks.datasets.tables.bits import OWN, SPLIT, table
from benchmarks.spec import Data, DatasetCard

CARDS = {
    "encoder_8": DatasetCard(
        id="encoder_8",
        title="8-3-8 encoder",
        task="classification",
        licence=OWN,
        source="generated",
        citation="Ackley, Hinton, Sejnowski: A learning algorithm for Boltzmann machines. Cognitive Science "
        "9, 1985",
        split=SPLIT,
        checksum="702180517b72e6baa2a1dd16f2345203834cafa3f6c7ab1dda5629e7e2212509",
        shape="8 float32 in {0,1}",
        classes=tuple("01234567"),
        procedural=True,
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [8,8]: the one-hot rows, which are their own targets; y int32 [8]: which unit is on."""
    return verified(CARDS[id], table(np.eye(8), np.arange(8)))
