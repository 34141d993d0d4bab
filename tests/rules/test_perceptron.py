"""The perceptron rule against Rosenblatt's procedure in NumPy, by hand, and against Novikoff's bound."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.rules import perceptron
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def learner(inputs: int, units: int = 1, rate: float = 1.0, use_bias: bool = True) -> perceptron.Learner:
    model = keras.Sequential(
        [keras.Input((inputs,)), keras.layers.Dense(units, use_bias=use_bias, kernel_initializer="zeros")]
    )
    stage = Stage("", rule_options={"learning_rate": rate})
    return perceptron.Learner(Context(model, lambda *_: 0.0, stage, Data({}, {}, {}), None, steps=1, seed=0))


def weights(learner: perceptron.Learner) -> list[Any]:
    return [np.asarray(value.value).tolist() for value in learner.variables]


def present(learner: perceptron.Learner, x: Any, y: Any) -> float:
    """One presentation; returns the mistakes per response unit and example."""
    return float(learner.step({"x": np.asarray(x, "float32"), "y": np.asarray(y, "int32")})["mistakes"])


def test_weights_change_only_on_a_mistake_and_by_the_input_itself() -> None:
    it = learner(2, rate=0.5)
    assert present(it, [[1.0, -2.0]], [0]) == 0.0, "a sum of 0 is no response"
    assert weights(it) == [[[0.0], [0.0]], [0.0]]
    assert present(it, [[1.0, -2.0]], [1]) == 1.0
    assert weights(it) == [[[0.5], [-1.0]], [0.5]]
    assert present(it, [[1.0, -2.0]], [1]) == 0.0
    assert weights(it) == [[[0.5], [-1.0]], [0.5]]
    assert present(it, [[4.0, 1.0]], [0]) == 1.0, "0.5 * 4 - 1 + 0.5 > 0"
    assert weights(it) == [[[-1.5], [-1.5]], [0.0]]


def test_each_class_has_a_response_unit_of_its_own() -> None:
    """Of three silent units only the one that should have answered is corrected; then only those that should
    not have.
    """
    it = learner(2, units=3, use_bias=False)
    assert present(it, [[1.0, 2.0]], [1]) == pytest.approx(1 / 3)
    assert weights(it) == [[[0.0, 1.0, 0.0], [0.0, 2.0, 0.0]]]
    assert present(it, [[1.0, 2.0]], [2]) == pytest.approx(2 / 3)
    assert weights(it) == [[[0.0, 0.0, 1.0], [0.0, 0.0, 2.0]]]


def test_a_batch_adds_up_its_corrections() -> None:
    it = learner(2)
    assert present(it, [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], [1, 1, 0]) == pytest.approx(2 / 3)
    assert weights(it) == [[[1.0], [1.0]], [2.0]]


@pytest.mark.parametrize("seed", range(3))
def test_mistakes_stay_below_novikoffs_bound(seed: int) -> None:
    """Separable data, presented until all are right: exactly the procedure's weights, after at most (R /
    margin)^2 mistakes.
    """
    rng = np.random.default_rng(seed)
    teacher = rng.normal(size=4)
    teacher /= np.linalg.norm(teacher)
    x = rng.integers(-4, 5, size=(60, 4)).astype("float64")
    x = x[np.abs(x @ teacher) > 1.0]
    y = (x @ teacher > 0).astype(int)
    radius, margin = np.linalg.norm(x, axis=1).max(), np.abs(x @ teacher).min()

    it = learner(4, use_bias=False)
    by_hand, mistakes, counted = np.zeros(4), 0, 0.0
    for _ in range(30):
        before = mistakes
        for example, target in zip(x, y, strict=True):
            wrong = target - int(example @ by_hand > 0)
            by_hand += wrong * example
            mistakes += abs(wrong)
            counted += present(it, example[None], [target])
        if mistakes == before:
            break
    assert mistakes == before, "every pattern is answered correctly"
    assert np.array(weights(it)[0])[:, 0].tolist() == by_hand.tolist(), "whole numbers: not a bit differs"
    assert 0 < counted == mistakes <= (radius / margin) ** 2
