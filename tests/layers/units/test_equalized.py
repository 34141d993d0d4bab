"""Equalised learning rates: what weights are multiplied by, and what that does to variances and steps."""

import keras
import numpy as np
import pytest

from benchmarks.layers.units.equalized import EqualizedConvolution, EqualizedDense, activate

RNG = np.random.default_rng(2020)


def leaky(x):
    return np.sqrt(2.0) * np.where(x > 0.0, x, 0.2 * x)


def test_activations_keep_the_mean_square_about():
    """Of normal numbers: half of (1 + 0.04) times 2."""
    x = RNG.normal(size=100_000).astype("float32")
    y = np.asarray(activate(x))
    np.testing.assert_allclose(y, leaky(x), rtol=1e-5)
    assert np.mean(y**2) == pytest.approx(1.04, rel=0.02)


@pytest.mark.parametrize("rate", [1.0, 0.01])
def test_a_dense_layer_by_hand(rate):
    keras.utils.set_random_seed(1)
    layer = EqualizedDense(300, rate=rate)
    x = RNG.normal(size=(200, 400)).astype("float32")
    layer(x)
    kernel = np.asarray(layer.kernel.value)
    assert kernel.std() == pytest.approx(1.0 / rate, rel=0.02)
    layer.bias.assign(np.linspace(-1.0, 1.0, 300).astype("float32") / rate)
    sums = x @ kernel * rate / np.sqrt(400.0) + np.linspace(-1.0, 1.0, 300)
    np.testing.assert_allclose(np.asarray(layer(x)), leaky(sums), rtol=1e-3, atol=1e-4)
    layer.activation = False
    np.testing.assert_allclose(np.asarray(layer(x)), sums, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("size", "strides", "padding"), [(3, 1, "same"), (3, 2, "valid"), (1, 1, "same")])
def test_a_convolution_is_that_of_the_library_with_scaled_weights(size, strides, padding):
    keras.utils.set_random_seed(1)
    layer = EqualizedConvolution(5, size, strides=strides, padding=padding)
    x = RNG.normal(size=(2, 9, 7, 3)).astype("float32")
    y = np.asarray(layer(x))
    assert y.shape == layer.compute_output_shape(x.shape)
    plain = keras.layers.Conv2D(5, size, strides=strides, padding=padding, use_bias=False)
    plain.build(x.shape)
    plain.kernel.assign(np.asarray(layer.kernel.value) / np.sqrt(size * size * 3.0))
    np.testing.assert_allclose(y, leaky(np.asarray(plain(x))), rtol=1e-4, atol=1e-5)


def test_without_an_activation_a_convolution_has_no_bias():
    layer = EqualizedConvolution(5, 1, activation=False)
    layer.build((None, 4, 4, 3))
    assert [weight.name for weight in layer.weights] == ["kernel"]


def test_outputs_have_variance_one_whatever_the_size():
    keras.utils.set_random_seed(1)
    for inputs in (8, 512):
        x = RNG.normal(size=(500, inputs)).astype("float32")
        assert np.var(np.asarray(EqualizedDense(500, activation=False)(x))) == pytest.approx(1.0, rel=0.15)
