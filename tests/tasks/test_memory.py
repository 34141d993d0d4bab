"""Memories of a known share."""

import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import memory
from tests.eager import Eager

RNG = np.random.default_rng(0)
X = RNG.uniform(-0.5, 0.5, (3, 4_000, 1)).astype("float32")
NOISE = RNG.normal(size=(3, 4_000, 3)) * X.std()


class Recaller:
    """Recalls the last three values: exactly, of the opposite sign, and with as much noise as signal."""

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        late = np.stack([np.roll(x[..., 0], k, axis=1) for k in (1, 2, 3)], axis=-1)
        return late * [1.0, -2.0, 1.0] + NOISE * [0.0, 0.0, 1.0]


def test_capacity_is_the_sum_of_squared_correlations() -> None:
    data = Data({}, {}, {"x": X}, {"washout": 10})
    scores = memory.evaluate(Eager(Recaller()), Recaller(), data, "test")
    assert scores["memory_capacity"] == pytest.approx(1.0 + 1.0 + 0.5, abs=0.03)
