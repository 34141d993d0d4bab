"""The bound on a filter's root mean square, as an optimiser applies it."""

import keras
import numpy as np

from benchmarks.layers.normalization.filter_norm import MaxRMS


def test_large_filters_are_scaled_back_after_a_step_and_small_ones_left():
    kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 4)).astype("float32") * np.array(
        [1.0, 0.01, 5.0, 0.05], "float32"
    )
    layer = keras.layers.Conv2D(4, 3, use_bias=False, kernel_constraint=MaxRMS(0.1))
    layer.build((None, 5, 5, 2))
    layer.kernel.assign(kernel)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(layer.trainable_variables)
    optimizer.apply([np.zeros_like(kernel)], layer.trainable_variables)
    found = np.asarray(layer.kernel.value)
    rms = np.sqrt(np.square(kernel).mean(axis=(0, 1, 2)))
    np.testing.assert_allclose(found, kernel * np.minimum(1.0, 0.1 / rms), rtol=1e-5)
    assert (rms > 0.1).tolist() == [True, False, True, False]
