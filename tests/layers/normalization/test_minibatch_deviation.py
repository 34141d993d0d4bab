"""The deviation within groups of a batch, against NumPy."""

import keras
import numpy as np
import pytest

from benchmarks.layers.normalization.minibatch_deviation import MinibatchDeviation

RNG = np.random.default_rng(4)


@pytest.mark.parametrize(("n", "size"), [(8, 4), (4, 4), (6, 3), (2, 2), (5, 1)])
def test_each_image_gets_the_mean_deviation_of_its_group(n, size):
    x = RNG.normal(size=(n, 2, 3, 5)).astype("float32")
    y = np.asarray(MinibatchDeviation()(x))
    assert y.shape == (n, 2, 3, 6)
    np.testing.assert_array_equal(y[..., :5], x)
    groups = n // size
    for i in range(n):
        members = x[i % groups :: groups]
        assert len(members) == size
        np.testing.assert_allclose(y[i, ..., 5], members.std(axis=0).mean(), rtol=1e-4, atol=2e-4)


def test_images_that_are_all_the_same_are_found_out():
    x = np.repeat(RNG.normal(size=(1, 2, 2, 3)), 4, axis=0).astype("float32")
    assert np.asarray(MinibatchDeviation()(x))[..., 3].max() < 1e-3


def test_a_batch_of_unknown_size_is_refused():
    layer = MinibatchDeviation()
    with pytest.raises(ValueError, match="batches of a fixed size"):
        layer.call(keras.KerasTensor((None, 2, 2, 3)))
