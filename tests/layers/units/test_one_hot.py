"""One unit of many is on."""

import keras
import numpy as np

from benchmarks.layers.units.one_hot import OneHot


def test_sequences_of_any_length_keep_their_axis() -> None:
    for symbols in ([[2]], [[0, 1], [2, 2]]):
        found = keras.ops.convert_to_numpy(OneHot(3)(np.array(symbols, "int32")))
        np.testing.assert_array_equal(found, np.eye(3, dtype="float32")[np.array(symbols)])
    assert OneHot(3)(keras.Input((None,), dtype="int32")).shape == (None, None, 3)
