"""Colour noise: its covariance is that of the pixels, times the square of the amount."""

import keras
import numpy as np

from benchmarks.layers.image.colour_noise import ColourNoise

RNG = np.random.default_rng(2012)
MIXED = np.array([[30.0, 20.0, 10.0], [0.0, 8.0, -5.0], [0.0, 0.0, 3.0]])
IMAGES = np.clip(np.round(128 + RNG.normal(size=(60, 8, 8, 3)) @ MIXED), 0, 255).astype("uint8")


def adapted() -> ColourNoise:
    layer = ColourNoise(0.1)
    layer.build(IMAGES.shape)
    layer.adapt(IMAGES)
    return layer


def test_the_added_colours_vary_as_the_colours_of_the_images_do():
    keras.utils.set_random_seed(4)
    added = np.asarray(adapted()(np.zeros((40_000, 1, 1, 3), "float32"), training=True)).reshape(-1, 3)
    covariance = np.cov(IMAGES.reshape(-1, 3).T.astype("float64"), bias=True)
    np.testing.assert_allclose(added.mean(axis=0), 0, atol=0.1)
    np.testing.assert_allclose(np.cov(added.T), 0.01 * covariance, atol=0.02 * 0.01 * np.trace(covariance))


def test_all_pixels_of_an_image_get_the_same_colour_and_images_different_ones():
    keras.utils.set_random_seed(4)
    added = np.asarray(adapted()(np.zeros((2, 4, 5, 3), "float32"), training=True))
    np.testing.assert_array_equal(added, np.broadcast_to(added[:, :1, :1], added.shape))
    assert np.abs(added[0] - added[1]).max() > 0


def test_images_are_left_alone_outside_training():
    x = np.ones((2, 4, 5, 3), "float32")
    np.testing.assert_array_equal(np.asarray(adapted()(x)), x)
