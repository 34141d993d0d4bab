"""Corruption: what it does to the numbers, and that it acts while training only."""

import keras
import numpy as np
import pytest
from scipy import stats

from benchmarks.layers.image.corruption import Corruption, corrupt


def test_blankout_sets_to_zero_where_the_uniform_number_is_below_the_amount():
    x = np.array([[1.0, 2.0, 3.0, 4.0]], "float32")
    uniform = np.array([[0.1, 0.9, 0.5, 0.49]], "float32")
    found = keras.ops.convert_to_numpy(corrupt(keras.ops.convert_to_tensor(x), uniform, "blankout", 0.5))
    np.testing.assert_array_equal(found, [[0.0, 2.0, 3.0, 0.0]])


def test_gaussian_noise_is_normal_with_the_asked_deviation():
    uniform = np.random.default_rng(0).random((100_000,), "float32")
    noise = keras.ops.convert_to_numpy(corrupt(keras.ops.zeros(100_000), uniform, "gaussian", 0.3))
    np.testing.assert_allclose(noise[:1000], 0.3 * stats.norm.ppf(uniform[:1000]), atol=1e-3)
    assert noise.std() == pytest.approx(0.3, rel=0.01)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="blankout, gaussian"):
        corrupt(np.zeros(2), np.zeros(2), "salt", 0.1)


def test_the_layer_acts_while_training_only_and_anew_each_time():
    layer = Corruption("blankout", 0.25)
    x = keras.ops.ones((50, 200))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(layer(x)), 1.0)
    first, second = (keras.ops.convert_to_numpy(layer(x, training=True)) for _ in range(2))
    assert (first == 0).mean() == pytest.approx(0.25, abs=0.02)
    assert not np.array_equal(first, second)
