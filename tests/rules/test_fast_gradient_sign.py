"""The rule on logistic regression, whose adversarial loss is known in closed form (section 5)."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.engine import backend
from benchmarks.rules.fast_gradient_sign import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

START = np.array([0.5, -1.0, 2.0])
X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = np.array([1, -1, 1, 1, -1, -1, 1, -1], "float32")


def logistic_loss(model: Any, batch: Any, training: bool) -> Any:
    return ops.mean(ops.softplus(-batch["y"] * model(batch["x"])[:, 0]))


def learner(**options: Any) -> Learner:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, use_bias=False)])
    model.layers[0].set_weights([START[:, None]])
    stage = Stage(
        "", rule_options=options, optimizer={"name": "SGD", "learning_rate": 1.0}, batch_size=len(X)
    )
    driver = backend.driver_class(keras.config.backend())()
    rule = Learner(Context(model, logistic_loss, stage, Data({"x": X}, {}, {}), driver, 1, seed=0))
    driver.bind(rule.variables)
    return rule


def slope(margins: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """The gradient by w of the mean of softplus(-y w x)."""
    return -((Y / (1 + np.exp(margins)))[:, None] * inputs).mean(axis=0)


@pytest.mark.parametrize("alpha", [0.5, 0.0, 1.0])
def test_a_step_mixes_both_gradients_and_the_worst_change_is_that_of_the_signs_of_the_weights(
    alpha: float,
) -> None:
    rule = learner(epsilon=0.25, alpha=alpha)
    logs = rule.step({"x": X, "y": Y})
    worst = X - 0.25 * Y[:, None] * np.sign(START)
    margins = Y * (worst @ START)
    np.testing.assert_allclose(margins, Y * (X @ START) - 0.25 * np.abs(START).sum(), rtol=1e-5)
    expected = START - alpha * slope(Y * (X @ START), X) - (1 - alpha) * slope(margins, worst)
    learned = np.asarray(rule.model.trainable_variables[0].value)[:, 0]
    np.testing.assert_allclose(learned, expected, rtol=1e-4)
    assert float(logs["adversarial_loss"]) == pytest.approx(np.log1p(np.exp(-margins)).mean(), rel=1e-4)
    assert float(logs["adversarial_loss"]) > float(logs["loss"])


def test_a_random_change_is_less_bad_than_the_worst() -> None:
    random, worst = (
        float(learner(epsilon=0.25, direction=of).step({"x": X, "y": Y})["adversarial_loss"])
        for of in ("random", "gradient")
    )
    assert random < worst


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs the option epsilon"),
        ({"epsilon": 1.0, "alpha": 2.0}, "alpha is 2.0"),
        ({"epsilon": 1.0, "direction": "up"}, "direction is 'up'; it must be gradient or random"),
        ({"epsilon": 1.0, "steps": 2}, "no option 'steps'"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        learner(**options)
