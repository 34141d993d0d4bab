"""Dropout, against what Keras' own promises."""

import keras
import numpy as np
import pytest

from benchmarks.layers.units.dropout import Dropout


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_share_is_zero_and_the_others_keep_the_mean(dtype):
    layer = Dropout(0.2, seed=1, dtype=dtype)
    x = keras.ops.ones((200, 300), dtype)
    found = layer(x, training=True)
    assert keras.backend.standardize_dtype(found.dtype) == dtype
    dropped = np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(found, "float32")))
    assert set(np.unique(dropped)) == {0.0, np.unique(dropped)[1]} and dropped.max() == pytest.approx(1.25)
    # Six standard deviations of the mean of 60,000.
    assert np.mean(dropped == 0) == pytest.approx(0.2, abs=6 * (0.16 / dropped.size) ** 0.5)
    # Units and examples are dropped independently of each other.
    for axis in (0, 1):
        assert np.std(np.mean(dropped == 0, axis=axis)) == pytest.approx(
            (0.16 / dropped.shape[axis]) ** 0.5, rel=0.2
        )


def test_nothing_is_dropped_outside_training_or_at_rate_zero():
    x = keras.ops.ones((2, 3))
    assert np.all(keras.ops.convert_to_numpy(Dropout(0.5)(x)) == 1)
    assert np.all(keras.ops.convert_to_numpy(Dropout(0.0)(x, training=True)) == 1)


def test_units_that_should_drop_out_together_are_refused() -> None:
    with pytest.raises(ValueError, match=r"noise_shape is \(None, 1\); leave it out"):
        Dropout(0.5, noise_shape=(None, 1))
    assert Dropout.from_config(Dropout(0.5).get_config()).rate == 0.5
