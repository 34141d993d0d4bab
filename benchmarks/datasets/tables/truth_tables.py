"""Truth tables of symmetric Boolean functions: the answer depends only on how many bits are 1.

A single threshold unit computes AND and OR, which are linearly separable. XOR is the smallest function that
it cannot compute. In parity every bit matters in every row, which is what makes it hard for a perceptron of
limited order.
"""

from pathlib import Path

import numpy as np

from benchmarks.datasets.arrays import verified
from benchmarks.datasets.tables.bits import OWN, SPLIT, bits, table
from benchmarks.spec import Data, DatasetCard

#: `bits` is the number of inputs, `answers` the answer for no ones, one, two, ...
CARDS = {
    "and_2": DatasetCard(
        id="and_2",
        title="Conjunction of two bits",
        task="classification",
        licence=OWN,
        source="generated",
        citation="McCulloch, Pitts: A logical calculus of the ideas immanent in nervous activity. "
        "Bulletin of Mathematical Biophysics 5, 1943",
        split=SPLIT,
        checksum="10e86e01a9a8deb70a48c365d92fc35fd384a9ac4bb3015a8c929eade3599c40",
        shape="2 float32 in {0,1}",
        classes=("0", "1"),
        procedural=True,
        parameters={"bits": 2, "answers": (0, 0, 1)},
    ),
    "or_2": DatasetCard(
        id="or_2",
        title="Disjunction of two bits",
        task="classification",
        licence=OWN,
        source="generated",
        citation="McCulloch, Pitts: A logical calculus of the ideas immanent in nervous activity. "
        "Bulletin of Mathematical Biophysics 5, 1943",
        split=SPLIT,
        checksum="19b880af7b085c4f6f59d21732e8ec200c9a6527b71e42566c777e7a378511e5",
        shape="2 float32 in {0,1}",
        classes=("0", "1"),
        procedural=True,
        parameters={"bits": 2, "answers": (0, 1, 1)},
    ),
    "xor": DatasetCard(
        id="xor",
        title="Exclusive or of two bits",
        task="classification",
        licence=OWN,
        source="generated",
        citation="Minsky, Papert: Perceptrons. MIT Press, 1969",
        split=SPLIT,
        checksum="86c7f351aab8e11c7f97ffed7c6f48e30ac8bbc0cde2631f82cded95a391aa90",
        shape="2 float32 in {0,1}",
        classes=("0", "1"),
        procedural=True,
        parameters={"bits": 2, "answers": (0, 1, 0)},
    ),
    "parity_4": DatasetCard(
        id="parity_4",
        title="Parity of four bits",
        task="classification",
        licence=OWN,
        source="generated",
        citation="Minsky, Papert: Perceptrons. MIT Press, 1969",
        split=SPLIT,
        checksum="4b43f232d44f941d6598cfd0c4bbbfd99cc6455170e5842254017b2a1032098e",
        shape="4 float32 in {0,1}",
        classes=("0", "1"),
        procedural=True,
        parameters={"bits": 4, "answers": (0, 1, 0, 1, 0)},
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [2^bits,bits]; y int32 [2^bits]: the function's answer for each row."""
    parameters = CARDS[id].parameters
    x = bits(parameters["bits"])
    return verified(CARDS[id], table(x, np.array(parameters["answers"])[x.sum(axis=1).astype(int)]))
