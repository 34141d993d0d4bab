"""A pair of nets of any kind: what it hands to whom."""

import keras
import numpy as np
import pytest

from benchmarks.layers.models.image_pair import ImagePair


def pair(noise):
    generator = keras.Sequential([keras.Input((4,)), keras.layers.Reshape((2, 2, 1))])
    judge = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(1, kernel_initializer="ones", use_bias=False),
        ]
    )
    return ImagePair(generator, judge, 16.0, noise)


def test_data_are_handed_over_from_0_to_1_and_judged_in_that_range():
    model = pair("uniform")
    x = np.array([[[0, 16], [8, 4]]], "uint8")
    np.testing.assert_allclose(np.asarray(model.intensity(x))[0, ..., 0], [[0.0, 1.0], [0.5, 0.25]])
    np.testing.assert_allclose(np.asarray(model(x)), [[1.75]])


@pytest.mark.parametrize(("noise", "variance", "kurtosis"), [("uniform", 1 / 3, 1.8), ("normal", 1.0, 3.0)])
def test_the_noise_has_the_moments_of_its_kind(noise, variance, kurtosis):
    """Mean 0, the variance, and the fourth moment over the variance squared."""
    model = pair(noise)
    uniform = np.random.default_rng(0).random((50_000, 4), "float32")
    drawn = keras.ops.convert_to_numpy(model.generate(uniform)).astype("float64")
    assert drawn.shape == (50_000, 2, 2, 1)
    assert drawn.mean() == pytest.approx(0.0, abs=0.01)
    assert drawn.var() == pytest.approx(variance, rel=0.02)
    assert (drawn**4).mean() / drawn.var() ** 2 == pytest.approx(kurtosis, rel=0.03)


def test_noise_of_no_kind_is_refused():
    with pytest.raises(ValueError, match="uniform or normal"):
        pair("pink")
