"""Bilinear enlargement by matrix products, as on a GPU, against the backend's own."""

import keras
import numpy as np
import pytest

from benchmarks.layers import device
from benchmarks.layers.resampling.enlargement import UpSampling2D, weights

RNG = np.random.default_rng(1989)


def test_a_line_by_hand():
    np.testing.assert_allclose(weights(3, 2) @ [0.0, 4.0, 8.0], [0, 1, 3, 5, 7, 8])


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_on_a_gpu_images_are_those_of_the_library(factor, monkeypatch):
    x = RNG.normal(size=(2, 8, 5, 3)).astype("float32")
    expected = keras.layers.UpSampling2D(factor, interpolation="bilinear")(x)
    np.testing.assert_array_equal(np.asarray(UpSampling2D(factor)(x)), np.asarray(expected))
    monkeypatch.setattr(device, "on_gpu", lambda: True)
    np.testing.assert_allclose(
        np.asarray(UpSampling2D(factor)(x)), np.asarray(expected), rtol=1e-5, atol=1e-5
    )
