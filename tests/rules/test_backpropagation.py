"""Back-propagation and the scaling of long gradients, and what has no rule at all."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from benchmarks import optimizers
from benchmarks.rules import backpropagation, none, targets
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def norm(gradients: list[Any]) -> float:
    return float(
        np.sqrt(sum(np.sum(np.square(np.asarray(keras.ops.convert_to_numpy(g)))) for g in gradients))
    )


@pytest.mark.parametrize(("most", "expected"), [(1.0, 1.0), (13.0, 13.0), (100.0, 13.0)])
def test_gradients_longer_than_the_limit_are_scaled_to_it_together(most: float, expected: float) -> None:
    """Norms 5 and 12 make 13 together; directions stay."""
    gradients = [
        keras.ops.convert_to_tensor(np.array([3.0, 4.0], "float32")),
        keras.ops.convert_to_tensor(np.array([[12.0]], "float32")),
    ]
    clipped = backpropagation.clip_by_global_norm(gradients, most)
    assert norm(clipped) == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(
        np.asarray(keras.ops.convert_to_numpy(clipped[0]))[0]
        / np.asarray(keras.ops.convert_to_numpy(clipped[1]))[0, 0],
        3 / 12,
        rtol=1e-6,
    )


def test_gradients_of_zero_stay_zero() -> None:
    assert norm(backpropagation.clip_by_global_norm([keras.ops.zeros((3,))], 1.0)) == 0.0


def context(model: Any, stage: Stage, driver: Any = None, part: Any = None) -> Context:
    def loss(model: Any, batch: Any, training: bool) -> Any:
        return batch["x"] * training

    return Context(model, loss, stage, Data({}, {}, {}), driver, steps=1, seed=0, part=part)


def test_the_part_that_a_stage_trains_has_the_gradients_alone() -> None:
    layers = [keras.layers.Dense(1, name=name) for name in ("below", "above")]
    model = keras.Sequential([keras.Input((1,)), *layers])
    asked: list[list[str]] = []

    def gradient(compute: Any, variables: Any) -> Any:
        asked.append([variable.path for variable in variables])
        return compute(), [keras.ops.ones(variable.shape) for variable in variables]

    stage = Stage("", optimizer={"name": "SGD", "learning_rate": 0.1}, trains="above")
    before = [np.asarray(variable.value).copy() for variable in layers[0].variables]
    driver = SimpleNamespace(gradient=gradient)
    backpropagation.Learner(context(model, stage, driver, layers[1])).step({"x": 7.0})
    assert asked == [[variable.path for variable in layers[1].trainable_variables]]
    after = [np.asarray(variable.value) for variable in layers[0].variables]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_one_step_goes_down_the_gradient_as_the_optimiser_says() -> None:
    """With the driver's gradients given, here by hand: momentum 0.5 and rate 0.1, two steps."""
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")]
    )
    given = iter([np.array([[2.0]], "float32"), np.array([[4.0]], "float32")])
    driver = SimpleNamespace(
        gradient=lambda compute, variables: (compute(), [keras.ops.convert_to_tensor(next(given))])
    )
    stage = Stage("", optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.5})
    learner = backpropagation.Learner(context(model, stage, driver))
    assert learner.step({"x": 7.0}) == {"loss": 7.0}, "the loss of training, before the step"
    learner.step({"x": 7.0})
    kernel = float(np.asarray(model.trainable_variables[0].value)[0, 0])
    assert kernel == pytest.approx(1.0 - 0.2 - (0.5 * 0.2 + 0.4))
    held = {id(variable) for variable in learner.variables}
    assert held >= {id(variable) for variable in [*model.variables, *learner.optimizer.variables]}, (
        "a checkpoint holds all"
    )


def test_an_optimiser_is_literal_data() -> None:
    schedule = {
        "name": "ExponentialDecay",
        "initial_learning_rate": 0.5,
        "decay_steps": 10,
        "decay_rate": 0.1,
    }
    made = optimizers.make({"name": "SGD", "learning_rate": schedule, "momentum": 0.9})
    assert type(made) is keras.optimizers.SGD and made.momentum == 0.9
    assert float(made._learning_rate(10)) == pytest.approx(0.05)
    assert type(optimizers.make({"name": "Adam", "learning_rate": 0.1})) is keras.optimizers.Adam


def test_targets_are_one_unit_a_class_or_the_class_itself() -> None:
    classes = np.array([1, 0, 1], "int32")
    assert np.asarray(targets.binary_targets(classes, 1)).tolist() == [[1.0], [0.0], [1.0]]
    assert np.asarray(targets.binary_targets(classes, 3)).tolist() == [[0, 1, 0], [1, 0, 0], [0, 1, 0]]


def test_no_rule_changes_nothing() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    learner = none.Learner(context(model, Stage("", rule="none", epochs=0)))
    before = [np.asarray(variable.value).copy() for variable in learner.variables]
    assert learner.step({}) == {}
    after = [np.asarray(variable.value) for variable in learner.variables]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True)) and len(before) == 2
