"""The vector stands in front of each sequence, and the sequence is left alone."""

import numpy as np
from keras import ops

from benchmarks.layers.attention.class_token import ClassToken


def test_the_same_vector_stands_in_front_of_each_sequence():
    x = np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")
    layer = ClassToken()
    assert not ops.convert_to_numpy(layer(ops.array(x)))[:, 0].any()
    layer.token.assign(np.array([[[5.0, -7.0]]]))
    found = ops.convert_to_numpy(layer(ops.array(x)))
    np.testing.assert_array_equal(found[:, 1:], x)
    np.testing.assert_array_equal(found[:, 0], [[5.0, -7.0]] * 3)
