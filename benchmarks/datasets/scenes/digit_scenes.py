"""Scenes of handwritten digits: the class of every pixel, without a download."""

from pathlib import Path

from benchmarks.datasets.arrays import generator, verified
from benchmarks.datasets.images import digits
from benchmarks.datasets.scenes.composition import BACKGROUND, compose, enlarge
from benchmarks.spec import Data, DatasetCard

SEED = 2014
COUNTS = {"train": 1_200, "validation": 200, "test": 300}
SIDE, SIZES = 24, (12, 13)
#: Few classes, so that small nets learn to distinguish them within seconds.
DIGITS = range(4)

#: The data set that the images come from.
IMAGES = digits.CARDS["digits"]

CARDS = {
    "digit_scenes": DatasetCard(
        id="digit_scenes",
        title="Scenes of handwritten digits",
        task="segmentation",
        licence=IMAGES.licence,
        source="the digits 0 to 3 of those bundled with scikit-learn, composed from a seed: one to three of "
        "them, each of another class, 12 or 13 pixels "
        "wide, the later ones over the earlier ones; behind them a smooth texture and a cut of a digit, "
        "over all of it noise",
        citation=f"{IMAGES.citation}. The compositions are ours",
        split="1,200 train / 200 validation / 300 test scenes, each of digits of that split of the data set "
        "digits alone",
        checksum="143ebff80d492ba31a32cf64d6d8758114d1fd99a7a0d7a6a1cc2d0c7b412291",
        shape="24x24x1 uint8; a class for each pixel",
        classes=(BACKGROUND, *IMAGES.classes[: len(DIGITS)]),
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x uint8 [n,24,24,1]; y uint8 [n,24,24], 0 for background and 1 + digit where the ink of a digit is at
    least half of the darkest."""
    real = digits.load("digits")
    parts = {}
    for number, (split, count) in enumerate(COUNTS.items()):
        arrays = getattr(real, split)
        ink = arrays["x"][..., 0] / 16.0
        objects = {digit: [enlarge(ink[arrays["y"] == digit], size) for size in SIZES] for digit in DIGITS}
        # Paper is 0 and ink 1, as in the data set.
        parts[split] = compose(
            generator(SEED + number), objects, count, SIDE, (1, 3), (0.8, 1.0), 0.5, False, (1, 4), 0.2
        )
    return verified(CARDS[id], Data(**parts, info={"classes": list(CARDS[id].classes)}))
