"""Adversarial examples of a linear classifier, for which the worst change is known exactly."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.engine import backend
from benchmarks.spec import Data
from benchmarks.tasks import robustness
from tests.eager import Eager

WEIGHTS = np.array([[0.5], [-1.0], [2.0], [0.25]], "float32")


class Attacker(Eager):
    """Calls the model eagerly, and gives the driver that differentiates."""

    def __init__(self, model: Any, most: int | None = None) -> None:
        super().__init__(model, most)
        self.driver = backend.driver_class(keras.config.backend())()
        self.driver.bind(model.variables)


def linear() -> Any:
    """Two classes with the logits 0 and w x."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.layers[0].set_weights([np.hstack([np.zeros((4, 1)), WEIGHTS]), np.zeros(2)])
    return model


def examples() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
    return x, (x @ WEIGHTS > 0).astype("int32")[:, 0]


def test_the_worst_change_of_a_linear_function_is_epsilon_times_the_sum_of_its_absolute_weights() -> None:
    (x, y), model = examples(), linear()
    scores = np.abs(x @ WEIGHTS)[:, 0] - 0.5 * np.abs(WEIGHTS).sum()
    found = robustness.evaluate(Attacker(model, 20), model, Data({}, {}, {"x": x, "y": y}), "test", 0.5, 20)
    assert 0 < np.mean(scores < 0) < 1
    assert found["adversarial_error"] == pytest.approx(100.0 * np.mean(scores < 0))
    sure = 1 / (1 + np.exp(scores[scores < 0]))
    assert found["adversarial_confidence"] == pytest.approx(100.0 * sure.mean(), rel=1e-4)


def test_without_a_change_nothing_is_wrong_and_no_confidence_is_made_up() -> None:
    (x, y), model = examples(), linear()
    found = robustness.evaluate(Attacker(model), model, Data({}, {}, {"x": x, "y": y}), "test", 0.0)
    assert found == {"adversarial_error": 0.0}
