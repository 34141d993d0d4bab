"""Scenes of handwritten digits: the class of every pixel, without a download."""

from pathlib import Path

from benchmarks.datasets import digits
from benchmarks.datasets._arrays import generator, verified
from benchmarks.datasets._scenes import BACKGROUND, compose, enlarge
from benchmarks.spec import Data, DatasetCard

SEED = 2014
COUNTS = {"train": 1_200, "validation": 200, "test": 300}
SIDE, SIZES = 32, range(10, 15)

CARD = DatasetCard(
    id="digit_scenes",
    title="Scenes of handwritten digits",
    task="segmentation",
    licence=digits.CARD.licence,
    source="the digits bundled with scikit-learn, composed from a seed: two or three of them, each of another class, 10 to 14 pixels wide, "
    "the later ones over the earlier ones; behind them a smooth texture and three cuts of digits, over all of it noise",
    citation=f"{digits.CARD.citation}. The compositions are ours",
    split="1,200 train / 200 validation / 300 test scenes, each of digits of that split of the data set digits alone",
    checksum="3deb1e630ca3e2719a3cefda589b80d0d7823e9c64682496c155abebf383c766",
    shape="32x32x1 uint8; a class for each pixel",
    classes=(BACKGROUND, *digits.CARD.classes),
)


def load(data_dir: Path | None = None) -> Data:
    """x uint8 [n,32,32,1]; y uint8 [n,32,32], 0 for background and 1 + digit where the ink of a digit is at least half of the darkest."""
    real = digits.load()
    parts = {}
    for number, (split, count) in enumerate(COUNTS.items()):
        arrays = getattr(real, split)
        ink = arrays["x"][..., 0] / 16.0
        objects = {digit: [enlarge(ink[arrays["y"] == digit], size) for size in SIZES] for digit in range(10)}
        # Paper is 0 and ink 1, as in the data set.
        parts[split] = compose(generator(SEED + number), objects, count, SIDE, (2, 3), (0.7, 1.0), 0.5, False, (3, 5), 0.4)
    return verified(CARD, Data(**parts, info={"classes": list(CARD.classes)}))
