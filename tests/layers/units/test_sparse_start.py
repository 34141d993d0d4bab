"""Sparse first weights: how many, how large, and where."""

import keras
import numpy as np
import pytest

from benchmarks.layers.units.sparse_start import SparseStart


def test_each_unit_has_as_many_weights_as_asked_of_the_size_asked():
    keras.utils.set_random_seed(1)
    kernel = np.asarray(SparseStart(15, 0.5)((400, 300)))
    np.testing.assert_array_equal((kernel != 0).sum(axis=0), 15)
    drawn = kernel[kernel != 0]
    assert drawn.mean() == pytest.approx(0.0, abs=4 * 0.5 / np.sqrt(4_500))
    assert drawn.std() == pytest.approx(0.5, rel=4 / np.sqrt(9_000))


def test_the_inputs_are_drawn_for_each_unit_and_all_are_as_likely():
    """Of 6,000 units each of 20 inputs is given 3/20, 900 +- 28, were they drawn at random."""
    keras.utils.set_random_seed(2)
    counts = (np.asarray(SparseStart(3)((20, 6_000))) != 0).sum(axis=1)
    assert np.abs(counts - 900).max() < 4 * 28


def test_with_few_inputs_all_are_connected():
    assert (np.asarray(SparseStart(15)((4, 10))) != 0).all()
