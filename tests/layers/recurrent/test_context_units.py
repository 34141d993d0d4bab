"""Context units against their definition in NumPy, and their gradients against difference quotients."""

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.recurrent.context_units import ContextUnits

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 6, 3)).astype("float32")
WEIGHTS = [RNG.normal(size=shape).astype("float32") for shape in ((3, 4), (4, 4), (4,))]
TARGET = RNG.normal(size=(2, 6, 4)).astype("float32")


def hidden(weights: list[np.ndarray], context: np.ndarray | None = None) -> np.ndarray:
    """Activations [2, 6, 4], step by step; each step takes its context from `context` if given."""
    kernel, context_kernel, bias = (w.astype("float64") for w in weights)
    h, steps = np.full((2, 4), 0.5), []
    for t in range(6):
        before = h if context is None else context[:, t]
        h = 1.0 / (1.0 + np.exp(-(X[:, t] @ kernel + before @ context_kernel + bias)))
        steps.append(h)
    return np.stack(steps, axis=1)


def differences(context: np.ndarray | None) -> list[np.ndarray]:
    """Central differences of sum(TARGET * hidden) for every weight."""
    gradients = []
    for i, weight in enumerate(WEIGHTS):
        gradient = np.zeros(weight.shape)
        for place in np.ndindex(*weight.shape):
            ends = []
            for sign in (1.0, -1.0):
                moved = [w.astype("float64") for w in WEIGHTS]
                moved[i][place] += sign * 1e-5
                ends.append(np.sum(TARGET * hidden(moved, context)))
            gradient[place] = (ends[0] - ends[1]) / 2e-5
        gradients.append(gradient)
    return gradients


@pytest.mark.parametrize("through_time", [False, True], ids=["copies held fixed", "through time"])
def test_activations_and_gradient(through_time: bool) -> None:
    layer = ContextUnits(4, through_time=through_time)
    layer.build(X.shape)
    layer.set_weights(WEIGHTS)
    activations = hidden(WEIGHTS)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(X)), activations, atol=1e-5)

    # Elman's learning treats the copies as inputs: his gradient is the slope with the context held constant.
    context = np.concatenate([np.full((2, 1, 4), 0.5), activations[:, :-1]], axis=1)
    expected = differences(None if through_time else context)
    driver = driver_class(keras.backend.backend())()
    driver.bind(layer.weights)
    learn = driver.function(
        lambda x, target: driver.gradient(
            lambda: keras.ops.sum(target * layer(x, training=True)), layer.trainable_variables
        )[1]
    )
    for found, by_differences in zip(learn(X, TARGET), expected, strict=True):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(found), by_differences, rtol=1e-4, atol=1e-4)


def test_the_two_gradients_differ() -> None:
    context = np.concatenate([np.full((2, 1, 4), 0.5), hidden(WEIGHTS)[:, :-1]], axis=1)
    assert np.abs(differences(None)[0] - differences(context)[0]).max() > 0.05
