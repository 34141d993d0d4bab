"""Truncated backpropagation through time against difference quotients with the older past held constant."""

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.recurrent.truncated_recurrence import TruncatedRecurrence

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 5, 3)).astype("float32")
WEIGHTS = [RNG.normal(size=shape).astype("float32") for shape in ((3, 4), (4, 4))]
TARGET = RNG.normal(size=(2, 5, 4)).astype("float32")


def states(weights: list[np.ndarray], through: int = 99, held: np.ndarray | None = None) -> np.ndarray:
    """States [2, 6, 4] from the start on; each is computed from the one `through` steps before in `held`."""
    kernel, recurrent = (w.astype("float64") for w in weights)
    found = [np.full((2, 4), 0.1)]
    for t in range(5):
        first = max(t + 1 - through, 0)
        state = found[t] if held is None else held[:, first]
        for back in range(t if held is None else first, t + 1):
            state = 1.0 / (1.0 + np.exp(-(X[:, back] @ kernel + state @ recurrent)))
        found.append(state)
    return np.stack(found, axis=1)


@pytest.mark.parametrize("through", [1, 3])
def test_states_and_gradient(through: int) -> None:
    layer = TruncatedRecurrence(4, through=through)
    layer.build(X.shape)
    layer.set_weights(WEIGHTS)
    held = states(WEIGHTS)
    driver = driver_class(keras.backend.backend())()
    driver.bind(layer.weights)
    for training in (False, True):
        outputs = driver.function(lambda training=training: layer(X, training=training))()
        np.testing.assert_allclose(outputs, held[:, 1:], atol=1e-5)
    found = driver.function(
        lambda: driver.gradient(
            lambda: keras.ops.sum(TARGET * layer(X, training=True)), layer.trainable_variables
        )[1]
    )()
    for i, weight in enumerate(WEIGHTS):
        wanted = np.zeros(weight.shape)
        for place in np.ndindex(*weight.shape):
            ends = []
            for sign in (1.0, -1.0):
                moved = [w.astype("float64") for w in WEIGHTS]
                moved[i][place] += sign * 1e-5
                ends.append(np.sum(TARGET * states(moved, through, held)[:, 1:]))
            wanted[place] = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(found[i], wanted, rtol=1e-4, atol=1e-4)
