"""Locally connected units: place by place, and as a convolution where all places have the same weights."""

import keras
import numpy as np

from benchmarks.layers.convolution.locally_connected import LocallyConnected

RNG = np.random.default_rng(2011)
X = RNG.normal(size=(2, 4, 5, 3)).astype("float32")


def test_each_place_has_its_own_weights():
    layer = LocallyConnected(2, 3)
    found = np.asarray(layer(X))
    kernel = RNG.normal(size=layer.kernel.shape).astype("float32")
    bias = RNG.normal(size=layer.bias.shape).astype("float32")
    layer.kernel.assign(kernel)
    layer.bias.assign(bias)
    found = np.asarray(layer(X))
    padded = np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0)))
    for y in range(4):
        for x in range(5):
            seen = padded[:, y : y + 3, x : x + 3].reshape(2, 27)
            np.testing.assert_allclose(found[:, y, x], seen @ kernel[y, x] + bias[y, x], rtol=1e-4, atol=1e-5)


def test_with_the_same_weights_everywhere_it_is_a_convolution():
    convolution = keras.layers.Conv2D(6, 3, padding="same")
    expected = np.asarray(convolution(X))
    layer = LocallyConnected(6, 3)
    layer.build(X.shape)
    layer.kernel.assign(
        np.broadcast_to(np.asarray(convolution.kernel.value).reshape(27, 6), layer.kernel.shape)
    )
    np.testing.assert_allclose(np.asarray(layer(X)), expected, rtol=1e-4, atol=1e-5)
