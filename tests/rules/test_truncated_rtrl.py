"""Changes after every time step, against back-propagation, the paper's equations, and what is no step."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine.backend import driver_class
from benchmarks.rules import truncated_rtrl as rule
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage
from benchmarks.tasks import language_modelling, recall

LSTM = catalogue.load("lstm_1997")
#: Nets with and without each thing that changes the derivatives.
NETS: dict[str, dict[str, Any]] = {
    "table 1": {"encoding": "one-hot", "inputs": 5, "blocks": 3, "biased": "gates", "output_bias": False},
    "forget gates": {"blocks": 2, "size": 3, "forget_gates": True, "forget_gate_bias": 1.0},
    "no output gates, nothing fed back": {
        "size": 1,
        "output_gates": False,
        "feedback": False,
        "biased": "none",
        "g": (0.0, 1.0),
        "h": None,
    },
}


@pytest.fixture
def double() -> Iterator[None]:
    """Float64."""
    policy, jax = keras.config.dtype_policy(), keras.backend.backend() == "jax"

    def compute_in(floatx: str, policy: Any) -> None:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)
        if jax:
            import jax as framework

            framework.config.update("jax_enable_x64", floatx == "float64")

    compute_in("float64", "float64")
    yield
    compute_in("float32", policy)


def net(seed: int, **arguments: Any) -> Any:
    """A net of the entry with weights on [-1, 1], three outputs at every step, two inputs unless said."""
    given = {"inputs": 2, "outputs": 3, "every_step": True, "input_gate_bias": None} | arguments
    model = LSTM.build(**given)
    rng = np.random.default_rng(seed)
    for weight in model.trainable_variables:
        weight.assign(rng.uniform(-1.0, 1.0, weight.shape))
    return model


def learner(
    model: Any,
    rate: float,
    batch: dict[str, np.ndarray],
    batch_size: int = 1,
    loss: Any = LSTM.loss,
    **options: Any,
) -> rule.Learner:
    stage = Stage("", rule_options={"learning_rate": rate} | options, batch_size=batch_size)
    return rule.Learner(Context(model, loss, stage, Data(batch, {}, {}), None, steps=1, seed=0))


def compiled(model: Any, call: Any, updates: bool = False) -> tuple[Any, Any]:
    """A function over the model's weights as the engine compiles it, and the driver."""
    driver = driver_class(keras.backend.backend())()
    driver.bind(model.weights)
    return driver.function(call, updates=updates), driver


def weights(model: Any) -> list[np.ndarray]:
    return [np.asarray(variable.value).copy() for variable in model.trainable_variables]


def learn(model: Any, batch: dict[str, np.ndarray], rate: float) -> tuple[list[np.ndarray], float]:
    """The changes of the weights by one string, and the error that is logged."""
    before = weights(model)
    step, driver = compiled(model, learner(model, rate, batch).step, updates=True)
    error = float(step(batch)["loss"])
    driver.sync()
    return [after - value for after, value in zip(weights(model), before, strict=True)], error


def string(model: Any, steps: int, dtype: str) -> dict[str, np.ndarray]:
    """A random string for the net; every third step has no target."""
    rng = np.random.default_rng(steps)
    x = (
        rng.integers(5, size=(1, steps)).astype("int32")
        if len(model.input_shape) == 2
        else rng.normal(size=(1, steps, 2)).astype(dtype)
    )
    y = rng.integers(3, size=(1, steps)).astype("int32")
    return {"x": x, "y": y, "weight": (np.arange(steps) % 3 != 1).astype("float32")[None]}


@pytest.mark.parametrize("arguments", NETS.values(), ids=NETS)
def test_weights_that_hardly_change_follow_the_gradient_of_the_whole_string(
    arguments: dict[str, Any], double: None
) -> None:
    """The layer's own truncated gradient comes from back-propagation over all steps at once."""
    rate = 1e-8
    model = net(1, **arguments)
    batch = string(model, 9, "float64")
    gradient, _ = compiled(
        model,
        lambda batch: driver_class(keras.backend.backend())().gradient(
            lambda: recall.loss(model, batch, True), model.trainable_variables
        ),
    )
    loss, gradients = gradient(batch)
    changes, error = learn(model, batch, rate)
    assert error == pytest.approx(float(loss), rel=1e-6)
    for change, gradient in zip(changes, gradients, strict=True):
        gradient = keras.ops.convert_to_numpy(gradient)
        assert np.abs(gradient).max() > 1e-3
        np.testing.assert_allclose(-change / rate, gradient, rtol=1e-5, atol=1e-6)


def logistic(x: float) -> float:
    return 1.0 / (1.0 + np.exp(-x))


def by_the_equations(
    start: list[np.ndarray], x: np.ndarray, targets: np.ndarray, rate: float
) -> list[np.ndarray]:
    """On-line learning by equations 3 to 28, one number after the other: two blocks of two cells, all biased.

    Units: cells 0 to 3 (cell v of block j is 2j + v), input gates 4 and 5, output gates 6 and 7.
    """
    kernel, recurrent, bias, out, out_bias = (value.astype("float64") for value in start)
    w = np.concatenate([kernel, recurrent, bias[None]])  # w[m, l], to unit l from what it sees
    v = np.concatenate([out, out_bias[None]])
    y, s = np.zeros(8), np.zeros(4)
    ds_dcell = np.zeros((len(w), 4))  # of the state of cell c, by the weight from m to the cell
    ds_din = np.zeros((len(w), 4))  # and to its input gate
    for now, target in zip(x, targets, strict=True):
        seen = [*now, *y, 1.0]
        net = [sum(seen[m] * w[m, unit] for m in range(len(w))) for unit in range(8)]
        y_in, y_out = ([logistic(net[first + j]) for j in range(2)] for first in (4, 6))
        for c in range(4):
            j = c // 2
            g, slope = 4 * logistic(net[c]) - 2, 4 * logistic(net[c]) * (1 - logistic(net[c]))
            s[c] += y_in[j] * g
            for m in range(len(w)):
                ds_din[m, c] += g * y_in[j] * (1 - y_in[j]) * seen[m]  # equation 25
                ds_dcell[m, c] += slope * y_in[j] * seen[m]  # equation 27
        h = [2 * logistic(s[c]) - 1 for c in range(4)]
        cells = [y_out[c // 2] * h[c] for c in range(4)]
        shown = [*cells, 1.0]
        y_k = [logistic(sum(shown[c] * v[c, k] for c in range(5))) for k in range(3)]
        e_k = [y_k[k] * (1 - y_k[k]) * (target[k] - y_k[k]) for k in range(3)]  # equation 19
        arriving = [sum(v[c, k] * e_k[k] for k in range(3)) for c in range(4)]
        new_w, new_v = w.copy(), v.copy()
        for c in range(5):
            for k in range(3):
                new_v[c, k] += rate * e_k[k] * shown[c]  # equation 22
        for c in range(4):
            j = c // 2
            e_s = y_out[j] * 2 * logistic(s[c]) * (1 - logistic(s[c])) * arriving[c]  # equation 23
            for m in range(len(w)):
                new_w[m, c] += rate * e_s * ds_dcell[m, c]  # equation 28
                new_w[m, 4 + j] += rate * e_s * ds_din[m, c]  # equation 26
                new_w[m, 6 + j] += rate * y_out[j] * (1 - y_out[j]) * h[c] * arriving[c] * seen[m]  # 21, 22
        w, v, y = new_w, new_v, np.array([*cells, *y_in, *y_out])
    return [w[:2], w[2:-1], w[-1], v[:-1], v[-1]]


def test_three_steps_by_the_equations_of_the_paper() -> None:
    model = net(2)
    batch = string(model, 3, "float32")
    batch = {"x": batch["x"], "y": np.random.default_rng(0).random((1, 3, 3)).astype("float32")}
    before, rate = weights(model), 5.0
    whole = by_the_equations(before, batch["x"][0], batch["y"][0], 1e-6)
    expected = by_the_equations(before, batch["x"][0], batch["y"][0], rate)
    changes, _ = learn(model, batch, rate)
    for change, weight, after, at_once in zip(changes, before, expected, whole, strict=True):
        np.testing.assert_allclose(change, after - weight, atol=1e-6)
        # One change at the end of the string, by the sum over its steps, would be another.
        assert np.abs(change - rate / 1e-6 * (at_once - weight)).max() > 1e-3


def test_steps_in_front_of_a_string_and_behind_it_change_nothing() -> None:
    x = np.random.default_rng(3).normal(size=(1, 4, 2)).astype("float32")
    y = np.array([[0, 2, 1, 1]], "int32")
    changes = []
    for front, behind in ((0, 0), (3, 0), (0, 3)):
        around = ((0, 0), (front, behind))
        batch = {
            # In front of a string zeros are masked; behind it the weight is zero, whatever the inputs are.
            "x": np.concatenate(
                [np.zeros((1, front, 2), "float32"), x, np.ones((1, behind, 2), "float32")], axis=1
            ),
            "y": np.pad(y, around),
            "weight": np.pad(np.ones((1, 4), "float32"), around),
        }
        changes.append(learn(net(4), batch, 0.5))
    (alone, error), *padded = changes
    assert all(np.abs(change).max() > 1e-3 for change in alone)
    for others, other_error in padded:
        assert other_error == pytest.approx(error, rel=1e-6)
        for one, other in zip(alone, others, strict=True):
            np.testing.assert_allclose(other, one, atol=1e-7)


def test_a_bias_that_a_unit_lacks_stays_zero_within_a_string() -> None:
    """Two steps: the second would see it."""
    model = net(5, **NETS["table 1"])
    assert model.layers[2].bias.shape == (6,) and model.layers[3].bias is None
    it = learner(model, 0.5, string(model, 2, "float32"))
    carry = [
        keras.ops.zeros(shape)
        for shape in (it.hidden_weights.learns.shape, it.output_weights.learns.shape, (12,), (6,))
    ]
    carry[0], carry[1] = it.hidden_weights.read(), it.output_weights.read()
    derivatives = {kind: keras.ops.zeros((5 + 12 + 1, 6)) for kind in ("cell", "input")}

    def once(*carried: Any) -> Any:
        return it.advance(carried, (keras.ops.ones((5,)), keras.ops.ones((3,)), keras.ops.ones(())))

    advance, _ = compiled(model, once)
    (hidden, output, *_), _ = advance(*carry, derivatives)
    assert not np.any(keras.ops.convert_to_numpy(hidden)[-1, :6])
    assert np.all(keras.ops.convert_to_numpy(hidden)[-1, 6:])
    assert not np.any(keras.ops.convert_to_numpy(output)[-1])


def test_what_the_rule_cannot_train_is_refused() -> None:
    batch = string(net(6), 4, "float32")
    with pytest.raises(ValueError, match="batch_size is 2; set it to 1"):
        learner(net(6), 0.5, batch, batch_size=2)
    with pytest.raises(ValueError, match="no option 'momentum'"):
        learner(net(6), 0.5, batch, momentum=0.9)
    with pytest.raises(ValueError, match="the stage's loss is another"):
        learner(net(6), 0.5, batch, loss=language_modelling.loss)
    with pytest.raises(ValueError, match="a target at every step"):
        learner(net(6), 0.5, batch | {"y": batch["y"][:, -1]})
    for arguments, named in (
        ({"skip": True}, "MemoryBlocks, Concatenate, Dense"),
        ({"every_step": False}, "MemoryBlocks, Dense"),
        ({"encoding": "embedding"}, "Embedding, MemoryBlocks, Dense"),
    ):
        with pytest.raises(ValueError, match=f"an encoding without weights.*the model has .*{named}"):
            learner(net(6, **arguments), 0.5, batch)
