"""The delta rule against least mean squares in NumPy."""

import keras
import numpy as np

from benchmarks.rules import delta
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def learner(inputs: int, units: int, rate: float) -> delta.Learner:
    layers = [
        keras.Input((inputs,)),
        keras.layers.Rescaling(2.0, -1.0),
        keras.layers.Dense(units, kernel_initializer="zeros"),
    ]
    stage = Stage("", rule_options={"learning_rate": rate})
    return delta.Learner(
        Context(keras.Sequential(layers), lambda *_: 0.0, stage, Data({}, {}, {}), None, steps=1, seed=0)
    )


def values(learner: delta.Learner) -> list[np.ndarray]:
    return [np.asarray(each.value) for each in learner.variables]


def test_one_pattern_by_hand() -> None:
    """Inputs 1 and 0 become +1 and -1; the error of +1 against a sum of 0 moves each weight by rate * error *
    input.
    """
    it = learner(2, 1, 0.25)
    log = it.step({"x": np.array([[1.0, 0.0]], "float32"), "y": np.array([1], "int32")})
    assert float(log["squared_error"]) == 1.0
    kernel, bias = values(it)
    assert (kernel.tolist(), bias.tolist()) == ([[0.25], [-0.25]], [0.25])
    log = it.step({"x": np.array([[1.0, 0.0]], "float32"), "y": np.array([0], "int32")})
    assert float(log["squared_error"]) == 1.75**2, "the sum is 0.75 and should be -1"


def test_patterns_against_numpy_and_towards_the_least_squares() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, size=(40, 3)).astype("float32")
    y = rng.integers(0, 2, size=40).astype("int32")
    for units, classes in ((1, y), (2, y)):
        it = learner(3, units, 0.02)
        inputs = np.concatenate([2.0 * x - 1.0, np.ones((40, 1))], axis=1)
        targets = 2.0 * (classes[:, None] if units == 1 else np.eye(2)[classes]) - 1.0
        by_hand = np.zeros((4, units))
        for batch in np.split(rng.permutation(40), 10):
            errors = targets[batch] - inputs[batch] @ by_hand
            log = it.step({"x": x[batch], "y": classes[batch]})
            np.testing.assert_allclose(float(log["squared_error"]), np.mean(errors**2), rtol=1e-5)
            by_hand += 0.02 * inputs[batch].T @ errors / 4
        kernel, bias = values(it)
        np.testing.assert_allclose(np.concatenate([kernel, bias[None]]), by_hand, rtol=1e-4, atol=1e-6)
    for _ in range(400):
        it.step({"x": x, "y": y})
    best = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    kernel, bias = values(it)
    np.testing.assert_allclose(np.concatenate([kernel, bias[None]]), best, atol=2e-3)
