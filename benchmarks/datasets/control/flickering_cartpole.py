"""CartPole that flickers: each observation is hidden with a fixed probability. No arrays: examples come from
acting."""

from pathlib import Path

from benchmarks.datasets.arrays import verified
from benchmarks.spec import Data, DatasetCard

CARDS = {
    "flickering_cartpole": DatasetCard(
        id="flickering_cartpole",
        title="CartPole-v1, half of the observations hidden",
        task="control",
        licence="MIT (Gymnasium, Farama Foundation)",
        source="https://gymnasium.farama.org/environments/classic_control/cart_pole/",
        citation="Barto, Sutton, Anderson: Neuronlike adaptive elements that can solve difficult learning "
        "control problems. IEEE SMC 13, 1983; hidden as in Hausknecht, Stone: Deep recurrent Q-learning for "
        "partially observable MDPs. AAAI fall symposium, 2015",
        split="none: training and evaluation episodes start from different seeds",
        checksum="81ac06175d6cac7b2b2b3e55316f8a454170dbcb52ad2741b1b7a504875e9bff",
        shape="4 float32, or 4 zeros, to 2 actions",
        classes=("left", "right"),
        procedural=True,
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """Empty arrays; info: environment (Gymnasium id), hidden (the probability with which an observation is
    replaced by zeros), solved_return (the environment's reward threshold), longest (steps an episode is cut
    at)."""
    info = {"environment": "CartPole-v1", "hidden": 0.5, "solved_return": 475.0, "longest": 500}
    return verified(CARDS[id], Data({}, {}, {}, info))
