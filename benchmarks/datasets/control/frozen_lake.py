"""Frozen lakes: walk from one corner to the other, on ice that slips, past holes. No arrays: examples come
from acting."""

from pathlib import Path

from benchmarks.datasets.arrays import verified
from benchmarks.spec import Data, DatasetCard

LICENCE = "MIT (Gymnasium, Farama Foundation)"
SOURCE = "https://gymnasium.farama.org/environments/toy_text/frozen_lake/"
CITATION = "Towers et al.: Gymnasium: a standard interface for reinforcement learning environments. 2024"
SPLIT = "none: training and evaluation episodes start from different seeds"
ACTIONS = ("left", "down", "right", "up")

CARDS = {
    "frozen_lake": DatasetCard(
        id="frozen_lake",
        title="FrozenLake-v1 (4x4 places, slippery)",
        task="control",
        licence=LICENCE,
        source=SOURCE,
        citation=CITATION,
        split=SPLIT,
        checksum="ab377161a68fdab5f470b9dc1e71058b55de113ec4b07faf79b79b67daf0b636",
        shape="one of 16 places to 4 actions",
        classes=ACTIONS,
        procedural=True,
    ),
    "frozen_lake_8x8": DatasetCard(
        id="frozen_lake_8x8",
        title="FrozenLake8x8-v1 (8x8 places, slippery)",
        task="control",
        licence=LICENCE,
        source=SOURCE,
        citation=CITATION,
        split=SPLIT,
        checksum="d5edfca132d1fbbef26bfdd65d44ab37646f65e5f2aa9e6de8b239baa062cb1b",
        shape="one of 64 places to 4 actions",
        classes=ACTIONS,
        procedural=True,
    ),
}
INFO = {
    "frozen_lake": {"environment": "FrozenLake-v1", "solved_return": 0.7, "longest": 100},
    "frozen_lake_8x8": {"environment": "FrozenLake8x8-v1", "solved_return": 0.85, "longest": 200},
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """Empty arrays; info: environment (Gymnasium id), solved_return (its reward threshold), longest (steps an
    episode is cut at). Each observation is the number of a place, row after row."""
    return verified(CARDS[id], Data({}, {}, {}, INFO[id]))
