"""Scenes of articles of clothing: the class of every pixel."""

from pathlib import Path

from benchmarks.datasets.arrays import generator, verified
from benchmarks.datasets.images import fashion_mnist
from benchmarks.datasets.scenes.composition import BACKGROUND, compose
from benchmarks.spec import Data, DatasetCard

SEED = 2015
COUNTS = {"train": 10_000, "validation": 1_000, "test": 1_000}
SIDE = 64

#: The data set that the images come from.
IMAGES = fashion_mnist.CARDS["fashion_mnist"]

CARDS = {
    "fashion_scenes": DatasetCard(
        id="fashion_scenes",
        title="Scenes of Fashion-MNIST's articles",
        task="segmentation",
        licence=IMAGES.licence,
        source=f"{IMAGES.source}, composed from a seed: three to five articles, each of another class, in "
        "their own size, the later ones over the earlier ones; behind them a smooth texture and six cuts of "
        "articles, over all of it noise",
        citation=f"{IMAGES.citation}. The compositions are ours",
        split="10,000 train / 1,000 validation / 1,000 test scenes, each of images of that split of the "
        "data set fashion_mnist alone",
        checksum="d6715a534ec69fae9047254102e588ffb9eda86dba8661822423877e14f2c74e",
        shape="64x64x1 uint8; a class for each pixel",
        classes=(BACKGROUND, *IMAGES.classes),
        files=fashion_mnist.FILES,
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if Fashion-MNIST's files are there without a download, else which one is not."""
    return fashion_mnist.missing("fashion_mnist", data_dir)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x uint8 [n,64,64,1]; y uint8 [n,64,64], 0 for background and 1 + class where an article is, which is
    all that is not nearly black.

    Raises DataError for a missing or corrupt file.
    """
    real = fashion_mnist.load("fashion_mnist", data_dir)
    parts = {}
    for number, (split, count) in enumerate(COUNTS.items()):
        arrays = getattr(real, split)
        images = (arrays["x"][..., 0] / 255.0).astype("float32")
        objects = {article: [images[arrays["y"] == article]] for article in range(10)}
        parts[split] = compose(
            generator(SEED + number), objects, count, SIDE, (3, 5), (0.6, 1.0), 0.05, True, (6, 10), 0.6
        )
    return verified(CARDS[id], Data(**parts, info={"classes": list(CARDS[id].classes)}))
