"""Spatial pyramid pooling, against maxima taken by hand."""

import keras
import numpy as np
import pytest

from benchmarks.layers.resampling.pyramid_pooling import pyramid_pooling


def test_each_grid_holds_the_maxima_of_its_windows():
    """Of 14 pixels three windows see 0-4, 4-8 and 8-12, as in the net A of He and others (2015)."""
    maps = np.random.default_rng(14).normal(size=(2, 14, 14, 3)).astype("float32")
    inputs = keras.Input((14, 14, 3))
    model = keras.Model(inputs, pyramid_pooling(inputs, (7, 3, 2, 1)))
    starts = {7: range(0, 14, 2), 3: (0, 4, 8), 2: (0, 7), 1: (0,)}
    sides = {7: 2, 3: 5, 2: 7, 1: 14}
    expected = [
        maps[:, top : top + sides[count], left : left + sides[count]].max(axis=(1, 2))
        for count in (7, 3, 2, 1)
        for top in starts[count]
        for left in starts[count]
    ]
    found = keras.ops.convert_to_numpy(model(maps))
    assert found.shape == (2, 63 * 3)
    np.testing.assert_array_equal(found, np.concatenate(expected, axis=1))


@pytest.mark.parametrize(("side", "count"), [(11, 6), (3, 4)])
def test_bins_that_equal_windows_cannot_make_are_refused(side, count):
    with pytest.raises(ValueError, match=f"no {count}x{count} bins of maps of {side}x{side}"):
        pyramid_pooling(keras.Input((side, side, 1)), (count,))
