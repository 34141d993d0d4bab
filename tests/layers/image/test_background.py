"""The margin of background against NumPy's padding."""

import numpy as np

from benchmarks.layers.image.background import Background


def test_the_margin_holds_the_level_and_the_rest_is_untouched():
    x = np.random.default_rng(1).normal(size=(2, 3, 4, 5)).astype("float32")
    layer = Background(2, -1.5)
    expected = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)), constant_values=-1.5)
    np.testing.assert_array_equal(np.asarray(layer(x)), expected)
    assert layer.compute_output_shape(x.shape) == expected.shape
