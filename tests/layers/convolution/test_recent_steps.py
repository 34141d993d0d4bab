"""Recent steps against a small example."""

import keras
import numpy as np

from benchmarks.layers.convolution.recent_steps import RecentSteps


def test_earlier_steps_come_first_and_nothing_comes_before_the_first() -> None:
    x = np.array([[[1, 2], [3, 4], [5, 6]]], "float32")
    wanted = [[[0, 0, 1, 2], [1, 2, 3, 4], [3, 4, 5, 6]]]
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(RecentSteps(2)(x)), wanted)
    assert RecentSteps(2)(keras.Input((None, 2))).shape == (None, None, 4)
