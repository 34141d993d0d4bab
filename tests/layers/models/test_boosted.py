"""Boosted nets decide by the sum of their outputs."""

import keras
import numpy as np

from benchmarks.layers.image.affine_distortion import RandomAffineDistortion
from benchmarks.layers.models.boosted import Boosted


def test_outputs_are_added_and_the_distortion_touches_none_of_them():
    members = []
    for weight in (1.0, -4.0, 0.5):
        dense = keras.layers.Dense(2, use_bias=False)
        members.append(keras.Sequential([keras.Input((3, 3, 1)), keras.layers.Flatten(), dense]))
        dense.set_weights([np.full((9, 2), [weight, 1.0], "float32")])
    model = Boosted(members, RandomAffineDistortion(shift=0.5, undistorted=0.0))
    x = np.arange(18, dtype="float32").reshape(2, 3, 3, 1)
    sums = x.sum(axis=(1, 2, 3))
    expected = np.stack([-2.5 * sums, 3 * sums], axis=1)
    np.testing.assert_allclose(np.asarray(model(x)), expected, rtol=1e-6)
    np.testing.assert_allclose(np.asarray(model(x, training=True)), expected, rtol=1e-6)
    assert np.asarray(model.members(x)).shape == (2, 3, 2)
    assert len(model.trainable_variables) == 3
