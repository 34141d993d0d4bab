"""Spike timing: the window by hand, and which of two neighbours in a sequence it recalls."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.rules import spike_timing
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def learner(inputs: int, cells: int, **options: Any) -> spike_timing.Learner:
    model = keras.Sequential(
        [keras.Input((inputs,)), keras.layers.Dense(cells, use_bias=False, kernel_initializer="zeros")]
    )
    stage = Stage("", rule_options={"learning_rate": 1.0, "after": -1.05, "time_constant": 20.0, **options})
    return spike_timing.Learner(
        Context(model, lambda *_: 0.0, stage, Data({}, {}, {}), None, steps=1, seed=0)
    )


def test_before_strengthens_after_weakens_and_both_fade() -> None:
    it = learner(5, 2, learning_rate=2.0)
    it.step({"x": np.array([[20, -20, 40, 0, -1]], "float32"), "y": np.array([[0, 1]], "int32")})
    kernel = np.asarray(it.cells.kernel.value)
    e = np.e
    np.testing.assert_allclose(kernel[:, 1], [2 / e, -2.1 / e, 2 / e**2, 0, -2.1 * e**-0.05], rtol=1e-5)
    assert not kernel[:, 0].any(), "a cell that does not fire keeps its connections"


def test_order_decides_which_neighbour_is_recalled() -> None:
    """With it a pattern recalls what follows it; without it, what came before as well."""
    data = datasets.load("spike_pairs_200_20")
    cues, follows = data.test["x"] > 0, data.test["y"]
    precedes = np.roll(follows, 1, axis=0)
    heard = {}
    for after in (-1.05, 0.0, 1.0):
        it = learner(200, 100, after=after)
        it.step({"x": data.train["x"], "y": data.train["y"]})
        sums = cues.astype("float32") @ np.asarray(it.cells.kernel.value)
        heard[after] = [float(sums[which == 1].mean()) for which in (follows, precedes)]
    # 20 cells, ten times, by the mean of exp(-t / 20) over t = 1 ... 20.
    expected = 200 * np.exp(-np.arange(1, 21) / 20).mean()
    assert heard[0.0][0] > 0.95 * expected
    assert heard[-1.05][1] < 0.0 < heard[0.0][1] < 0.5 * expected < heard[1.0][1]


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValueError, match="spike_timing has no option 'before'"):
        learner(2, 1, before=1.0)
