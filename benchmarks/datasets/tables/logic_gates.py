"""Six logic gates on the rows of two bits, for nets that are wired by hand."""

from pathlib import Path

import numpy as np

from benchmarks.datasets.arrays import verified
from benchmarks.datasets.tables.bits import OWN, SPLIT, bits, table
from benchmarks.spec import Data, DatasetCard

GATES = ("AND", "OR", "NOT", "NAND", "NOR", "XOR")

CARDS = {
    "logic_gates": DatasetCard(
        id="logic_gates",
        title="Truth tables of AND, OR, NOT, NAND, NOR and XOR",
        task="classification",
        licence=OWN,
        source="generated",
        citation="McCulloch, Pitts: A logical calculus of the ideas immanent in nervous activity. Bulletin "
        "of Mathematical Biophysics 5, 1943",
        split=SPLIT,
        checksum="cf04cdb90efcf85f70d716fc2ab40f42ffc50fc6ea3863ef9f35b75dc6c55883",
        shape="2 float32 in {0,1}",
        classes=("0", "1"),
        procedural=True,
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [4,2]; y int32 [4,6]: what each gate of `info["gates"]` answers. NOT reads the first bit
    alone."""
    x = bits(2)
    a, b = x.T.astype(bool)
    return verified(
        CARDS[id],
        table(x, np.stack([a & b, a | b, ~a, ~(a & b), ~(a | b), a ^ b], axis=1), gates=list(GATES)),
    )
