"""Doubling and halving with [1, 3, 3, 1], against SciPy's convolutions."""

import numpy as np
import pytest
from scipy.signal import convolve2d

from benchmarks.layers.resampling.binomial import Blur, Doubling, Halving, blurred, doubled, halved

RNG = np.random.default_rng(1331)
FILTER = np.outer([1.0, 3.0, 3.0, 1.0], [1.0, 3.0, 3.0, 1.0]) / 64.0
X = RNG.normal(size=(2, 6, 4, 3)).astype("float32")


def each(function):
    """The function of every map, as one array."""
    maps = [[function(X[n, :, :, c].astype("float64")) for c in range(3)] for n in range(2)]
    return np.array(maps).transpose(0, 2, 3, 1)


def spread(image):
    """Zeros between the pixels."""
    out = np.zeros((2 * image.shape[0], 2 * image.shape[1]))
    out[::2, ::2] = image
    return out


@pytest.mark.parametrize("margin", [0, 1])
def test_doubled_images_are_zeros_between_pixels_and_a_convolution(margin):
    full = each(lambda image: convolve2d(spread(image), 4.0 * FILTER))
    first, last = 1 - margin, 2 - margin
    expected = full[:, first : full.shape[1] - last, first : full.shape[2] - last]
    np.testing.assert_allclose(np.asarray(doubled(X, margin)), expected, rtol=1e-5, atol=1e-6)


def test_blurred_images_are_a_convolution():
    expected = each(lambda image: convolve2d(np.pad(image, 2), FILTER, mode="valid"))
    np.testing.assert_allclose(np.asarray(blurred(X)), expected, rtol=1e-5, atol=1e-6)


def test_halved_images_are_every_second_place_of_a_convolution():
    expected = each(lambda image: convolve2d(np.pad(image, 1), FILTER, mode="valid")[::2, ::2])
    np.testing.assert_allclose(np.asarray(halved(X)), expected, rtol=1e-5, atol=1e-6)


def test_brightness_stays_away_from_the_border():
    ones = np.ones((1, 8, 8, 1), "float32")
    for resampled in (doubled(ones), halved(ones), blurred(ones)):
        np.testing.assert_allclose(np.asarray(resampled)[:, 2:-2, 2:-2], 1.0, rtol=1e-6)


@pytest.mark.parametrize(
    ("layer", "function"), [(Doubling(), doubled), (Blur(), blurred), (Halving(), halved)]
)
def test_layers_say_their_shape(layer, function):
    y = np.asarray(layer(X))
    np.testing.assert_array_equal(y, np.asarray(function(X)))
    assert y.shape == layer.compute_output_shape(X.shape)
