"""The unrolled convolution against the library's, forwards and backwards, and its patches by hand."""

import keras
import numpy as np
import pytest

from benchmarks.layers.convolution.unrolled_convolution import UnrolledConvolution, unroll

RNG = np.random.default_rng(2006)


def test_a_patch_is_a_row():
    x = np.arange(32, dtype="float32").reshape(1, 4, 4, 2)
    rows = np.asarray(unroll(x, 3))
    assert rows.shape == (1, 2, 2, 18)
    np.testing.assert_array_equal(rows[0, 1, 0], x[0, 1:4, 0:3].ravel())
    np.testing.assert_array_equal(np.asarray(unroll(x, 2, 2))[0, 1, 1], x[0, 2:, 2:].ravel())


@pytest.mark.parametrize(
    ("shape", "size", "strides"), [((2, 7, 9, 3), 3, 1), ((2, 29, 29, 1), 5, 2), ((3, 8, 6, 4), 3, 3)]
)
def test_it_computes_and_learns_what_the_librarys_convolution_does(shape, size, strides):
    x = RNG.normal(size=shape).astype("float32")
    unrolled, direct = UnrolledConvolution(6, size, strides), keras.layers.Conv2D(6, size, strides=strides)
    unrolled.build(shape)
    direct.build(shape)
    kernel, bias = RNG.normal(size=(size, size, shape[-1], 6)), RNG.normal(size=6)
    for layer in (unrolled, direct):
        layer.set_weights([kernel, bias])
    expected = np.asarray(direct(x))
    np.testing.assert_allclose(np.asarray(unrolled(x)), expected, rtol=1e-4, atol=1e-5)
    assert unrolled.compute_output_shape(shape) == expected.shape
    wanted = RNG.normal(size=expected.shape).astype("float32")
    after = []
    for layer in (unrolled, direct):
        model = keras.Sequential([keras.Input(shape[1:]), layer])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        model.train_on_batch(x, wanted)
        after.append([np.asarray(weight.value) for weight in layer.weights])
    for mine, theirs in zip(*after, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)
    assert np.abs(after[0][0] - kernel).max() > 1e-4, "something was learned"


def test_the_same_seed_starts_both_from_the_same_weights():
    started = []
    for layer in (UnrolledConvolution, keras.layers.Conv2D):
        keras.utils.set_random_seed(5)
        made = layer(4, 3)
        made.build((None, 8, 8, 2))
        started.append(np.asarray(made.kernel.value))
    ours, keras_own = started
    np.testing.assert_array_equal(ours, keras_own)
