"""Greedy layer-wise learning: which weights move, by which gradient, and on what the layer is trained."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.units.denoising_layer import DenoisingLayer
from benchmarks.rules import layerwise_reconstruction
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

X = np.random.default_rng(2).random((6, 5)).astype("float32")
NAMES = ("kernel", "bias", "visible_bias")


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def learner(part: str, driver: Any) -> tuple[Any, Any]:
    keras.utils.set_random_seed(4)
    model = keras.Sequential(
        [
            keras.Input((5,)),
            DenoisingLayer(4, name="hidden1"),
            DenoisingLayer(3, name="hidden2"),
            keras.layers.Dense(2, name="output"),
        ]
    )
    stage = Stage("", optimizer={"name": "SGD", "learning_rate": 0.5}, trains=part)
    data, layer = Data({}, {}, {}), model.get_layer(part)
    return model, layerwise_reconstruction.Learner(
        Context(model, lambda *_: 0.0, stage, data, driver, steps=1, seed=0, part=layer)
    )


def test_the_gradient_is_that_of_the_reconstruction_of_what_the_layers_below_make() -> None:
    """Against complex steps, through the tied weights on their way in and out."""
    driver = driver_class(keras.backend.backend())()
    model, made = learner("hidden2", driver)
    driver.bind(made.variables)
    first, second = model.layers[:2]
    y = sigmoid(X @ np.asarray(first.kernel.value, "float64") + np.asarray(first.bias.value, "float64"))
    start = {name: np.asarray(getattr(second, name).value, "float64") for name in NAMES}

    def error(kernel: Any, bias: Any, visible_bias: Any) -> Any:
        drawn = sigmoid(sigmoid(y @ kernel + bias) @ kernel.T + visible_bias)
        return -np.mean((y * np.log(drawn) + (1 - y) * np.log(1 - drawn)).sum(axis=1))

    def slope(name: str) -> np.ndarray:
        found = np.zeros(start[name].shape)
        for place in np.ndindex(found.shape):
            shift = np.zeros(found.shape, complex)
            shift[place] = 1e-20j
            found[place] = error(**{**start, name: start[name] + shift}).imag / 1e-20
        return found

    batch = {"x": keras.ops.convert_to_tensor(X)}
    weights = [getattr(second, name) for name in NAMES]
    loss, gradients = driver.function(
        lambda: driver.gradient(lambda: made.loss(model, batch, True), weights)
    )()
    assert float(np.asarray(loss)) == pytest.approx(error(**start), rel=1e-5)
    for name, gradient in zip(NAMES, gradients, strict=True):
        np.testing.assert_allclose(np.asarray(gradient), slope(name), rtol=1e-3, atol=1e-5)


def test_a_step_moves_the_named_layer_alone() -> None:
    def gradient(compute: Any, variables: Any) -> Any:
        return compute(), [keras.ops.ones(variable.shape) for variable in variables]

    model, made = learner("hidden1", SimpleNamespace(gradient=gradient))
    before = {one.path: np.asarray(one.value) for one in model.variables}
    made.step({"x": keras.ops.convert_to_tensor(X)})
    moved = {
        one.path for one in model.variables if not np.array_equal(np.asarray(one.value), before[one.path])
    }
    assert moved == {getattr(model.layers[0], name).path for name in NAMES}


def test_a_layer_that_cannot_draw_its_input_is_refused() -> None:
    with pytest.raises(ValueError, match="Dense does not: name a DenoisingLayer"):
        learner("output", None)
