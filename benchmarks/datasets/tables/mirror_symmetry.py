"""Mirror symmetry of six bits: two hidden units suffice, with weights of equal size and opposite sign about
the middle."""

from pathlib import Path

from benchmarks.datasets.arrays import verified
from benchmarks.datasets.tables.bits import OWN, SPLIT, bits, table
from benchmarks.spec import Data, DatasetCard

CARDS = {
    "symmetry_6": DatasetCard(
        id="symmetry_6",
        title="Mirror symmetry of six bits",
        task="classification",
        licence=OWN,
        source="generated",
        citation="Rumelhart, Hinton, Williams: Learning representations by back-propagating errors. Nature "
        "323, 1986",
        split=SPLIT,
        checksum="d3deb078f6375fb6517d5c37352de15ed75e671cf36a6df1cbf32b0c52871001",
        shape="6 float32 in {0,1}",
        classes=("0", "1"),
        procedural=True,
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [64,6]; y int32 [64]: 1 where the row reads the same backwards (8 of 64)."""
    x = bits(6)
    return verified(CARDS[id], table(x, (x == x[:, ::-1]).all(1)))
