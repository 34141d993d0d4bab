"""Decoupled Nesterov momentum with lookahead, against the same recipe in the form in which PyTorch's SGD
takes it.
"""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np

from benchmarks.rules.nesterov_lookahead import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

STEPS, EPOCHS, BATCH = 12, 4, 256
OPTIONS: dict[str, Any] = {
    **{
        "rate": 3.0,
        "momentum": 0.8,
        "decay": 0.5,
        "bias_scale": 64.0,
        "start": 0.2,
        "peak": 0.25,
        "end": 0.1,
    },
    **{"every": 5, "base": 0.9, "power": 2, "frozen": "first/bias", "frozen_after": 2},
}
#: Gradients of the mean loss, the same in every step: kernel and bias of a layer, shift of batch
#: normalisation.
GRADIENTS = {"first/kernel": 0.7, "first/bias": -0.4, "norm/beta": 0.02}


def name_of(weight: Any) -> str:
    return next(name for name in GRADIENTS if weight.path.endswith(name))


def learner() -> Learner:
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(2, name="first"), keras.layers.BatchNormalization(scale=False, name="norm")]
    model = keras.Sequential([keras.Input((3,)), *layers])
    given = [
        np.full(weight.shape, GRADIENTS[name_of(weight)], "float32") for weight in model.trainable_variables
    ]

    def gradient(compute: Any, variables: Any) -> Any:
        return compute(), [keras.ops.convert_to_tensor(value) for value in given]

    stage = Stage("", rule_options=OPTIONS, epochs=EPOCHS)
    driver = SimpleNamespace(gradient=gradient)
    return Learner(Context(model, lambda *_: 1.0, stage, Data({}, {}, {}), driver, STEPS, seed=0))


def by_hand(start: float, gradient: float, scale: float, frozen: bool) -> list[float]:
    """A weight after each step: SGD with a loss that is summed, not averaged, rates per example, and decay
    coupled to the rate.
    """
    ratio = 1024 * (1 + 1 / (1 - OPTIONS["momentum"]))
    rate, decay = OPTIONS["rate"] / ratio * scale, OPTIONS["decay"] * BATCH / ratio
    weight = slow = start
    buffer, found = 0.0, []
    for step in range(STEPS):
        height = 0.2 + 0.8 * step / 3 if step < 3 else 1.0 + (0.1 - 1.0) * (step - 3) / 9
        if not (frozen and step >= 6):
            slope = BATCH * gradient + decay / rate * weight
            buffer = OPTIONS["momentum"] * buffer + slope
            weight -= rate * height * (slope + OPTIONS["momentum"] * buffer)
        if (step + 1) % 5 == 0:
            keep = 0.9**5 * ((step + 1) / STEPS) ** 2
            slow = weight = keep * slow + (1 - keep) * weight
        elif step + 1 == STEPS:
            weight = slow
        found.append(weight)
    return found


def test_weights_go_as_pytorch_takes_them():
    made = learner()
    starts = [np.asarray(weight.value).copy() for weight in made.weights]
    found = []
    for _ in range(STEPS):
        assert made.step({"y": np.zeros(BATCH, "int32")}) == {"loss": 1.0}
        found.append([np.asarray(weight.value).copy() for weight in made.weights])
    for place, (weight, start) in enumerate(zip(made.weights, starts, strict=True)):
        name = name_of(weight)
        expected = by_hand(
            float(start.ravel()[0]),
            GRADIENTS[name],
            64.0 if name == "norm/beta" else 1.0,
            name == "first/bias",
        )
        np.testing.assert_allclose([step[place].ravel()[0] for step in found], expected, rtol=1e-4, atol=1e-6)


def test_moving_averages_look_ahead_with_the_weights_and_a_checkpoint_holds_all():
    made = learner()
    average = next(variable for variable in made.state if "moving_mean" in variable.path)
    seen = []
    for number in range(1, 7):
        average.assign(np.full(2, float(number), "float32"))
        made.step({"y": np.zeros(BATCH, "int32")})
        seen.append(float(np.asarray(average.value)[0]))
    keep = 0.9**5 * (5 / 12) ** 2
    np.testing.assert_allclose(seen, [1, 2, 3, 4, (1 - keep) * 5, 6], rtol=1e-5)
    held = {id(variable) for variable in made.variables}
    assert held >= {
        id(variable) for variable in [*made.model.variables, *made.velocities, *made.slow, made.count]
    }


def test_the_rate_stays_at_its_end_after_the_last_step():
    made = learner()
    heights = [float(np.asarray(made.height(count))) for count in (0, 3, 12, 40)]
    np.testing.assert_allclose(heights, [0.2, 1.0, 0.1, 0.1], rtol=1e-6)
