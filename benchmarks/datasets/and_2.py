"""AND of two bits: linearly separable, so a single threshold unit learns it."""

from pathlib import Path

from benchmarks.datasets._arrays import verified
from benchmarks.datasets._tables import OWN, SPLIT, bits, table
from benchmarks.spec import Data, DatasetCard

CARD = DatasetCard(
    id="and_2",
    title="Conjunction of two bits",
    task="classification",
    licence=OWN,
    source="generated",
    citation="McCulloch, Pitts: A logical calculus of the ideas immanent in nervous activity. Bulletin of Mathematical Biophysics 5, 1943",
    split=SPLIT,
    checksum="10e86e01a9a8deb70a48c365d92fc35fd384a9ac4bb3015a8c929eade3599c40",
    shape="2 float32 in {0,1}",
    classes=("0", "1"),
    procedural=True,
)


def load(data_dir: Path | None = None) -> Data:
    """x float32 [4,2]; y int32 [4]: 1 where both bits are."""
    x = bits(2)
    return verified(CARD, table(x, x.min(axis=1)))
