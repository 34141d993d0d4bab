"""CartPole: balance a pole on a cart. No arrays: examples come from acting in the environment."""

from pathlib import Path

from benchmarks.datasets.arrays import verified
from benchmarks.spec import Data, DatasetCard

CARDS = {
    "cartpole": DatasetCard(
        id="cartpole",
        title="CartPole-v1",
        task="control",
        licence="MIT (Gymnasium, Farama Foundation)",
        source="https://gymnasium.farama.org/environments/classic_control/cart_pole/",
        citation="Barto, Sutton, Anderson: Neuronlike adaptive elements that can solve difficult learning "
        "control problems. IEEE SMC 13, 1983",
        split="none: training and evaluation episodes start from different seeds",
        checksum="39dea9e85ee831da94c310d41165dd5e1115f64204c5c20b2483a1764302c6a3",
        shape="4 float32 to 2 actions",
        classes=("left", "right"),
        procedural=True,
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """Empty arrays; info: environment (Gymnasium id), solved_return (its reward threshold), longest (steps an
    episode is cut at)."""
    return verified(
        CARDS[id], Data({}, {}, {}, {"environment": "CartPole-v1", "solved_return": 475.0, "longest": 500})
    )
