"""Max pooling by slices, as on a GPU, against the backend's own: values, and gradients where several
pixels are equal.
"""

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.engine.backend import driver_class
from benchmarks.layers import device
from benchmarks.layers.resampling.max_pooling import MaxPooling2D

RNG = np.random.default_rng(2012)
WINDOWS = [
    ((6, 8), 2, None, "valid"),
    ((7, 5), 2, 2, "valid"),
    ((7, 5), 2, 2, "same"),
    ((9, 8), 3, 2, "valid"),
    ((8, 7), 3, 2, "same"),
    ((7, 7), 3, 3, "same"),
    ((5, 6), 3, 1, "same"),
]


def gradient(layer: keras.layers.Layer, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Of sum(layer(x) * y) with respect to x."""
    variable = keras.Variable(x)
    driver = driver_class(keras.backend.backend())()
    driver.bind([variable])
    return np.asarray(
        driver.function(
            lambda: driver.gradient(lambda: ops.sum(layer(variable.value) * y), [variable])[1][0]
        )()
    )


@pytest.mark.parametrize("drawn", ["apart", "equal", "rectified"])
@pytest.mark.parametrize(("shape", "size", "strides", "padding"), WINDOWS)
def test_on_a_gpu_values_and_gradients_are_those_of_the_library(
    shape, size, strides, padding, drawn, monkeypatch
):
    x = RNG.normal(size=(3, *shape, 2)).astype("float32")
    x = {"apart": x, "equal": np.round(x) - 2, "rectified": np.maximum(x, 0)}[drawn]
    own, library = MaxPooling2D(size, strides, padding), keras.layers.MaxPooling2D(size, strides, padding)
    expected = np.asarray(library(x))
    y = RNG.normal(size=expected.shape).astype("float32")
    wanted = gradient(library, x, y)
    monkeypatch.setattr(device, "on_gpu", lambda: True)
    np.testing.assert_array_equal(np.asarray(own(x)), expected)
    np.testing.assert_allclose(gradient(own, x, y), wanted, rtol=1e-6, atol=1e-6)


def test_on_a_processor_it_is_the_library_s(monkeypatch):
    monkeypatch.setattr(keras.layers.MaxPooling2D, "call", lambda self, x: x + 7)
    assert np.asarray(MaxPooling2D()(np.zeros((1, 2, 2, 1), "float32"))).ravel().tolist() == [7] * 4


def test_a_model_of_it_describes_itself_as_one_of_the_library_s():
    layer = MaxPooling2D(3, 2, "same")
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert type(again).__name__ == "MaxPooling2D" and again.get_config() == layer.get_config()
