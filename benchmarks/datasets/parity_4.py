"""Parity of four bits: every bit matters in every row, which is what makes it hard for a perceptron of limited order."""

from pathlib import Path

from benchmarks.datasets._arrays import verified
from benchmarks.datasets._tables import OWN, SPLIT, bits, table
from benchmarks.spec import Data, DatasetCard

CARD = DatasetCard(
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
)


def load(data_dir: Path | None = None) -> Data:
    """x float32 [16,4]; y int32 [16]: 1 where the number of ones is odd."""
    x = bits(4)
    return verified(CARD, table(x, x.sum(1) % 2))
