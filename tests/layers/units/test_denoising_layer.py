"""A layer that repairs its input, worked out with NumPy."""

import keras
import numpy as np
import pytest

from benchmarks.layers.units.denoising_layer import DenoisingLayer

X = np.random.default_rng(1).random((5, 7)).astype("float32")


def made(amount: float) -> tuple[DenoisingLayer, list[np.ndarray]]:
    keras.utils.set_random_seed(3)
    layer = DenoisingLayer(4, amount)
    layer.build((None, 7))
    layer.bias.assign(np.linspace(-1, 1, 4))
    layer.visible_bias.assign(np.linspace(0, 1, 7))
    return layer, [np.asarray(one.value, "float64") for one in (layer.kernel, layer.bias, layer.visible_bias)]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(("amount", "training"), [(0.0, True), (0.4, False)])
def test_without_noise_the_error_is_the_cross_entropy_of_the_input_and_its_reconstruction(amount, training):
    layer, (kernel, bias, visible_bias) = made(amount)
    hidden = sigmoid(X @ kernel + bias)
    np.testing.assert_allclose(np.asarray(layer(X)), hidden, rtol=1e-5)
    drawn = sigmoid(hidden @ kernel.T + visible_bias)
    expected = -(X * np.log(drawn) + (1 - X) * np.log(1 - drawn)).sum(axis=1)
    np.testing.assert_allclose(
        np.asarray(layer.reconstruction_error(X, training=training)), expected, rtol=1e-5
    )


def test_the_spoiled_input_is_held_against_the_clean_one():
    """With everything set to zero the reconstruction is of nothing, and its target the whole input."""
    layer, (kernel, bias, visible_bias) = made(1.0)
    drawn = sigmoid(sigmoid(bias) @ kernel.T + visible_bias)
    expected = -(X * np.log(drawn) + (1 - X) * np.log(1 - drawn)).sum(axis=1)
    np.testing.assert_allclose(np.asarray(layer.reconstruction_error(X, training=True)), expected, rtol=1e-5)


def test_weights_start_four_times_as_wide_as_the_normalised_range():
    layer = DenoisingLayer(300)
    layer.build((None, 200))
    bound = 4 * np.sqrt(6 / 500)
    kernel = np.asarray(layer.kernel.value)
    assert 0.99 * bound < np.abs(kernel).max() <= 1.000001 * bound
    np.testing.assert_allclose(kernel.var(), bound**2 / 3, rtol=0.05)
