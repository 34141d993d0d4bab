"""Maxout against its definition."""

import keras
import numpy as np

from benchmarks.layers.units.maxout import Maxout


def test_each_unit_is_the_largest_of_its_pieces():
    layer = Maxout(2, 3)
    layer.build((None, 4))
    rng = np.random.default_rng(0)
    for weight in layer.weights:
        weight.assign(rng.normal(size=weight.shape))
    x = rng.normal(size=(5, 4)).astype("float32")
    linear = x @ np.asarray(layer.kernel.value) + np.asarray(layer.bias.value)
    expected = np.stack([linear[:, :3].max(1), linear[:, 3:].max(1)], axis=1)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(x)), expected, rtol=1e-5)
    assert layer.compute_output_shape((None, 4)) == (None, 2)
