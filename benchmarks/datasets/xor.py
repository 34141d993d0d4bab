"""XOR of two bits: the smallest function that no single threshold unit computes."""

from pathlib import Path

from benchmarks.datasets._arrays import verified
from benchmarks.datasets._tables import OWN, SPLIT, bits, table
from benchmarks.spec import Data, DatasetCard

CARD = DatasetCard(
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
)


def load(data_dir: Path | None = None) -> Data:
    """x float32 [4,2]; y int32 [4]: 1 where the bits differ."""
    x = bits(2)
    return verified(CARD, table(x, x.sum(1) % 2))
