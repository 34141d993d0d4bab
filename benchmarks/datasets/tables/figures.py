"""All figures on a small retina, and a question about each: the predicates of Minsky and Papert.

Parity and connectedness look simple, and need to see far; whether more than half of the points are on can be
told from one point at a time.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.datasets.arrays import verified
from benchmarks.datasets.tables.bits import OWN, SPLIT, bits, table
from benchmarks.spec import Data, DatasetCard

BOOK = "Minsky, Papert: Perceptrons. MIT Press, 1969"

CARDS = {
    "parity_6": DatasetCard(
        id="parity_6",
        title="Parity of the points of a figure, on 2x3 points",
        task="classification",
        licence=OWN,
        source="generated",
        citation=BOOK,
        split=SPLIT,
        checksum="2469d75004d82c9b94870287cb4fa41257c26c9c3adf7db755cffbd346760554",
        shape="6 float32 in {0,1}",
        classes=("even", "odd"),
        procedural=True,
    ),
    "connected_9": DatasetCard(
        id="connected_9",
        title="Connectedness of a figure, on 3x3 points",
        task="classification",
        licence=OWN,
        source="generated; points are connected along the four sides, and the empty figure counts as "
        "connected",
        citation=BOOK,
        split=SPLIT,
        checksum="c273b1b3ddcc57a69f2afa08c1cc31a5da781181eebdf13fdda950401435d0b7",
        shape="9 float32 in {0,1}",
        classes=("in pieces", "connected"),
        procedural=True,
    ),
    "majority_9": DatasetCard(
        id="majority_9",
        title="Figures of more than half of the points, on 3x3 points",
        task="classification",
        licence=OWN,
        source="generated",
        citation=BOOK,
        split=SPLIT,
        checksum="59389a5d892f60795cb2aa9ed05f5857a6739857f2a32beb6e5a91bede812135",
        shape="9 float32 in {0,1}",
        classes=("at most half", "more than half"),
        procedural=True,
    ),
}


def connected(figure: np.ndarray) -> bool:
    """Whether the points of a figure, float [height, width], are one piece at most."""
    left = set(map(tuple, np.argwhere(figure).tolist()))
    reached = [left.pop()] if left else []
    while reached:
        row, column = reached.pop()
        for point in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if point in left:
                left.remove(point)
                reached.append(point)
    return not left


PREDICATES: dict[str, Callable[[np.ndarray], bool]] = {
    "parity_6": lambda points: points.sum() % 2 == 1,
    "connected_9": lambda points: connected(points.reshape(3, 3)),
    "majority_9": lambda points: points.sum() > len(points) / 2,
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [2^points, points], row by row; y int32 [2^points]: 1 where the predicate holds."""
    x = bits(6 if id == "parity_6" else 9)
    return verified(CARDS[id], table(x, np.array([PREDICATES[id](points) for points in x])))
