"""Leaky rectifiers: what a unit that is silent for all examples still learns, and what does not."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine.backend import driver_class
from benchmarks.entries.feedforward import leaky_relu_2013
from benchmarks.spec import Data

ENTRY = catalogue.load("leaky_relu_2013")
IMAGES = np.random.default_rng(8).integers(0, 17, (20, 8, 8, 1)).astype("uint8")
LABELS = np.arange(20) % 10


def silenced(units, slope=0.01):
    """A net of one hidden layer in which every unit is below zero for all images."""
    keras.utils.set_random_seed(2013)
    model = ENTRY.build(hidden=(6,), units=units, slope=slope, input_shape=(8, 8, 1), scale=16.0)
    model.layers[2].bias.assign(np.full(6, -50.0))
    return model


def gradient(model):
    """Of the cross-entropy, by the weights and biases of the first layer."""
    driver = driver_class(keras.backend.backend())()
    driver.bind(model.weights)
    first = model.layers[2].trainable_variables

    def cross_entropy():
        logits = model(IMAGES, training=True)
        return keras.ops.mean(
            keras.losses.categorical_crossentropy(np.eye(10)[LABELS], logits, from_logits=True)
        )

    return [np.asarray(one) for one in driver.function(lambda: driver.gradient(cross_entropy, first)[1])()]


def test_a_dead_rectifier_gets_no_gradient():
    assert not any(one.any() for one in gradient(silenced("rectifier")))


@pytest.mark.parametrize("slope", [0.01, 0.3])
def test_a_leaky_unit_below_zero_is_a_linear_one_of_its_slope(slope):
    """The net equals one without hidden non-linearity, whose gradient is worked out by hand."""
    model = silenced("leaky", slope)
    kernel, bias = (np.asarray(one.value, "float64") for one in model.layers[2].trainable_variables)
    upper, last = (np.asarray(one.value, "float64") for one in model.layers[-1].trainable_variables)
    x = IMAGES.reshape(20, -1) / 16.0
    logits = slope * (x @ kernel + bias) @ upper + last
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    back = slope * (shares - np.eye(10)[LABELS]) / 20 @ upper.T
    by_kernel, by_bias = gradient(model)
    np.testing.assert_allclose(by_kernel, x.T @ back, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(by_bias, back.sum(axis=0), rtol=1e-3, atol=1e-6)
    assert np.abs(by_bias).min() > 0


@pytest.mark.parametrize("name", ["mnist", "mnist-rectifier", "mnist-tanh"])
def test_each_arm_has_its_units(name):
    """For Gaussian g: mean and mean square of max(0, g) + a min(0, g); or tanh g."""
    units = catalogue.recipe(ENTRY, "standard", name).model["units"]
    model = ENTRY.build(hidden=(3,), units=units, slope=0.01)
    g = np.random.default_rng(1).normal(size=200_000).astype("float32")
    y = np.asarray(model.layers[3](g), "float64")
    if units == "tanh":
        np.testing.assert_allclose(y, np.tanh(g.astype("float64")), atol=1e-6)
    else:
        a = 0.01 if units == "leaky" else 0.0
        assert y.mean() == pytest.approx((1 - a) / np.sqrt(2 * np.pi), rel=0.01)
        assert np.square(y).mean() == pytest.approx((1 + a**2) / 2, rel=0.01)
        assert y.min() == pytest.approx(a * g.min(), abs=1e-6)


def test_the_picture_counts_for_how_many_examples_each_unit_is_above_zero():
    assert ENTRY.pictures
    model = silenced("leaky")
    model.layers[2].bias.assign([50.0, 50.0, 50.0, -50.0, -50.0, -50.0])

    def predict(function, batch):
        return {key: np.asarray(value) for key, value in function(model, batch).items()}

    curves = ENTRY.pictures(model, Data({}, {}, {"x": IMAGES}), predict)["activity"]
    assert curves.series[0].y.tolist() == [100.0, 100.0, 100.0, 0.0, 0.0, 0.0]
    assert leaky_relu_2013.active(model, {"x": IMAGES})["active"].shape == (20, 6)
