"""Overlapping pooling: the sizes that AlexNet and cuda-convnet print, and the window that reaches over the
border.
"""

import numpy as np
import pytest

from benchmarks.layers.resampling.overlapping_pooling import overlapping_pooling


@pytest.mark.parametrize(
    ("length", "pooled"), [(55, 27), (27, 13), (13, 6), (110, 55), (32, 16), (24, 12), (6, 3), (2, 1)]
)
def test_maps_get_as_many_windows_as_are_needed_to_see_every_pixel(length, pooled):
    x = np.zeros((1, length, length, 1), "float32")
    x[0, -1, -1, 0] = 1.0
    found = np.asarray(overlapping_pooling(length)(x))
    assert found.shape == (1, pooled, pooled, 1)
    assert found[0, -1, -1, 0] == 1.0, "the last pixel is seen"


def test_what_lies_beyond_the_border_counts_for_nothing():
    x = np.full((1, 4, 4, 1), -2.0, "float32")
    for kind in ("max", "average"):
        np.testing.assert_allclose(np.asarray(overlapping_pooling(4, kind)(x)), -2.0)


def test_windows_of_three_pixels_begin_two_apart():
    x = np.arange(7.0, dtype="float32").reshape(1, 1, 7, 1) * np.ones((1, 7, 1, 1), "float32")
    np.testing.assert_allclose(np.asarray(overlapping_pooling(7)(x))[0, 0, :, 0], [2, 4, 6])
    np.testing.assert_allclose(np.asarray(overlapping_pooling(7, "average")(x))[0, 0, :, 0], [1, 3, 5])
