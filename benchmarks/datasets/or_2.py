"""OR of two bits: linearly separable, so a single threshold unit learns it."""

from pathlib import Path

from benchmarks.datasets._arrays import verified
from benchmarks.datasets._tables import OWN, SPLIT, bits, table
from benchmarks.spec import Data, DatasetCard

CARD = DatasetCard(
    id="or_2",
    title="Disjunction of two bits",
    task="classification",
    licence=OWN,
    source="generated",
    citation="McCulloch, Pitts: A logical calculus of the ideas immanent in nervous activity. Bulletin of Mathematical Biophysics 5, 1943",
    split=SPLIT,
    checksum="19b880af7b085c4f6f59d21732e8ec200c9a6527b71e42566c777e7a378511e5",
    shape="2 float32 in {0,1}",
    classes=("0", "1"),
    procedural=True,
)


def load(data_dir: Path | None = None) -> Data:
    """x float32 [4,2]; y int32 [4]: 1 where at least one bit is."""
    x = bits(2)
    return verified(CARD, table(x, x.max(axis=1)))
