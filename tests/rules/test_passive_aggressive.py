"""Passive-aggressive steps against the paper's formula, by hand."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.engine.backend import driver_class
from benchmarks.rules.passive_aggressive import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def hinge(model: Any, batch: Any, training: bool) -> Any:
    return ops.mean(ops.relu(1.0 - batch["y"] * model(batch["x"])[:, 0]))


def learner(aggressiveness: float, batch_size: int = 1) -> Learner:
    """Two weights and a bias, all 0."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    stage = Stage("", rule_options={"aggressiveness": aggressiveness}, batch_size=batch_size)
    driver = driver_class(str(keras.backend.backend()))()
    rule = Learner(Context(model, hinge, stage, Data({}, {}, {}), driver, steps=1, seed=0))
    driver.bind(rule.variables)
    return rule


def present(rule: Learner, x: list[float], y: float) -> tuple[float, list[float]]:
    """The loss before one step, and the weights and the bias after it."""
    logs = rule.step({"x": np.array([x], "float32"), "y": np.array([y], "float32")})
    kernel, bias = (np.asarray(weight.value).ravel().tolist() for weight in rule.model.trainable_variables)
    return float(logs["loss"]), [*kernel, *bias]


def test_a_step_is_just_as_long_as_the_margin_wants_and_none_where_it_is_kept() -> None:
    rule = learner(aggressiveness=100.0)
    # |x|² with the 1 of the bias is 4 + 4 + 1 = 9: tau = 1/9, and then the margin is 1.
    loss, weights = present(rule, [2.0, -2.0], 1.0)
    assert loss == pytest.approx(1.0)
    assert weights == pytest.approx([2 / 9, -2 / 9, 1 / 9], rel=1e-6)
    loss, weights = present(rule, [2.0, -2.0], 1.0)
    assert loss == pytest.approx(0.0, abs=1e-6)
    assert weights == pytest.approx([2 / 9, -2 / 9, 1 / 9], rel=1e-6)
    assert present(rule, [4.0, -4.0], 1.0) == (0.0, pytest.approx(weights)), "a margin of 17/9"
    # Now w·x is 1/9 + 2/9 = 1/3 for the other class: a loss of 4/3, |x|² = 2.
    loss, weights = present(rule, [1.0, 0.0], -1.0)
    assert loss == pytest.approx(4 / 3, rel=1e-6)
    assert weights == pytest.approx([2 / 9 - 2 / 3, -2 / 9, 1 / 9 - 2 / 3], rel=1e-5)


def test_no_step_is_more_aggressive_than_the_bound() -> None:
    assert present(learner(aggressiveness=0.05), [2.0, -2.0], -1.0)[1] == pytest.approx([-0.1, 0.1, -0.05])


def test_it_mends_one_example_at_a_time() -> None:
    with pytest.raises(ValueError, match="set batch_size to 1, not to 2"):
        learner(1.0, batch_size=2)
