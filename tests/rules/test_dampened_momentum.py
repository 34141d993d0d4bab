"""Momentum whose gradients count the less the higher it is, against the same steps by hand."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.rules.dampened_momentum import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def learner(gradients: list[float], optimizer: dict[str, Any]) -> Learner:
    """A rule for a single weight that starts at 0 and is given these gradients."""
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    given = iter(gradients)

    def gradient(compute: Any, weights: Any) -> Any:
        return compute(), [keras.ops.convert_to_tensor(np.full((1, 1), next(given), "float32"))]

    driver = SimpleNamespace(gradient=gradient)
    stage = Stage("", optimizer=optimizer)
    return Learner(Context(model, lambda *_: 1.0, stage, Data({}, {}, {}), driver, len(gradients), seed=0))


def positions(gradients: list[float], **ramp: Any) -> list[float]:
    """Where the weight is after each step."""
    rule = learner(gradients, {"name": "RampedMomentum", "learning_rate": 0.1} | ramp)
    found = []
    for _ in gradients:
        assert rule.step({}) == {"loss": 1.0}
        found.append(float(np.asarray(rule.part.trainable_variables[0].value)[0, 0]))
    return found


def test_a_step_is_a_mean_of_the_last_ones_whose_momentum_rises() -> None:
    gradients = [1.0, 1.0, -1.0, 2.0]
    found = positions(gradients, momentum=0.5, final_momentum=0.9, ramp_start=1, ramp_end=3)
    velocity, position, expected = 0.0, 0.0, []
    for gradient, momentum in zip(gradients, (0.5, 0.5, 0.7, 0.9), strict=True):
        velocity = momentum * velocity - (1 - momentum) * 0.1 * gradient
        position += velocity
        expected.append(position)
    assert found == pytest.approx(expected, rel=1e-6)


def test_on_a_slope_a_step_grows_to_the_rate_and_no_further() -> None:
    """Plain momentum of 0.9 would step ten times as far."""
    found = positions(100 * [1.0], momentum=0.9, final_momentum=0.9, ramp_start=0, ramp_end=1)
    assert np.diff(found)[-1] == pytest.approx(-0.1, rel=1e-3)


def test_another_optimiser_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the optimiser RampedMomentum, not 'SGD'"):
        learner([1.0], {"name": "SGD", "learning_rate": 0.1})
