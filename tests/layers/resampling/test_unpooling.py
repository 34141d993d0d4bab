"""Switches and unpooling: by hand, against Keras' own pooling, and as each other's transpose."""

import keras
import numpy as np
import pytest

from benchmarks.layers.resampling.unpooling import MaxPoolingWithSwitches, MaxUnpooling, max_pool, unpool

RNG = np.random.default_rng(2013)
WINDOWS = [
    ((6, 8), 2, 2, "valid"),
    ((7, 5), 2, 2, "valid"),
    ((7, 5), 2, 2, "same"),
    ((9, 8), 3, 2, "valid"),
    ((8, 7), 3, 2, "same"),
    ((7, 7), 3, 3, "same"),
]


def test_a_window_by_hand():
    x = np.array([[1, 5, 2, 2], [3, 4, 2, 2], [0, 0, -1, -2], [0, 7, -3, -4]], "float32").reshape(1, 4, 4, 1)
    pooled, switches = (np.asarray(part)[0, :, :, 0] for part in max_pool(x))
    assert pooled.tolist() == [[5, 2], [7, -1]]
    assert switches.tolist() == [[1, 0], [3, 0]], (
        "right of the corner, the first of four equal ones, below right, the corner"
    )
    y = np.array([[10, 20], [30, 40]], "float32").reshape(1, 2, 2, 1)
    back = np.asarray(unpool(y, switches[None, :, :, None], (4, 4)))[0, :, :, 0]
    assert back.tolist() == [[0, 10, 20, 0], [0, 0, 0, 0], [0, 0, 40, 0], [0, 30, 0, 0]]


@pytest.mark.parametrize(("shape", "size", "strides", "padding"), WINDOWS)
def test_pooling_is_that_of_keras(shape, size, strides, padding):
    x = RNG.normal(size=(3, *shape, 2)).astype("float32")
    expected = keras.layers.MaxPooling2D(size, strides, padding)(x)
    np.testing.assert_array_equal(np.asarray(max_pool(x, size, strides, padding)[0]), np.asarray(expected))


@pytest.mark.parametrize(("shape", "size", "strides", "padding"), WINDOWS)
def test_unpooling_is_the_transpose_of_pooling_with_the_same_switches(shape, size, strides, padding):
    """<pool(x), y> = <x, unpool(y)>, and each value lands where x has the maximum of its window."""
    x = RNG.normal(size=(3, *shape, 2)).astype("float32")
    pooled, switches = (np.asarray(part) for part in max_pool(x, size, strides, padding))
    y = RNG.normal(size=pooled.shape).astype("float32")
    back = np.asarray(unpool(y, switches, shape, size, strides, padding))
    assert back.shape == x.shape
    np.testing.assert_allclose(
        np.sum(pooled * y, dtype="float64"), np.sum(x * back, dtype="float64"), rtol=1e-4
    )
    assert set(x[back != 0]) <= set(pooled.ravel())


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_layers_say_beforehand_what_shapes_they_give(padding):
    inputs = keras.Input((7, 6, 2))
    pooled, switches = MaxPoolingWithSwitches(3, 2, padding)(inputs)
    model = keras.Model(inputs, [pooled, switches, MaxUnpooling((7, 6), 3, 2, padding)(pooled, switches)])
    outputs = model(RNG.normal(size=(4, 7, 6, 2)).astype("float32"))
    assert [tuple(output.shape) for output in outputs] == [(4, *tensor.shape[1:]) for tensor in model.outputs]
    assert [keras.backend.standardize_dtype(output.dtype) for output in outputs] == [
        "float32",
        "int32",
        "float32",
    ]
