"""What is particular to the variational autoencoder."""

import keras
import numpy as np

from benchmarks import catalogue
from tests.eager import Eager


def test_the_weight_decay_is_minus_the_log_prior_of_all_parameters_divided_by_the_examples():
    entry = catalogue.load("vae_2013")
    model = entry.build(input_shape=(4,), hidden=3, latent=2, scale=1.0, examples=10)
    squares = sum(float(np.square(np.asarray(w.value)).sum()) for w in model.trainable_weights)
    np.testing.assert_allclose(float(sum(model.losses)), 0.5 * squares / 10, rtol=1e-5)


def test_the_plane_is_drawn_from_its_upper_left_corner_to_its_lower_right_one():
    entry = catalogue.load("vae_2013")
    model = entry.build(input_shape=(2, 2, 1), hidden=1, latent=2, scale=1.0)
    # The first number of the code lights the first pixel, the second the second, the others stay dark.
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4)])
    decoder.layers[0].set_weights(
        [np.array([[60.0, 0, 0, 0], [0, 60.0, 0, 0]]), np.array([0, 0, -30.0, -30.0])]
    )
    model.decoder = decoder
    assert entry.pictures is not None
    tiles = entry.pictures(model, None, Eager(model))["plane"].tiles
    assert tiles.shape == (16, 16, 2, 2)
    dark, light = np.zeros((16, 16)), np.full((16, 16), 255)
    np.testing.assert_array_equal(tiles[:, :6, 0, 0], dark[:, :6])
    np.testing.assert_array_equal(tiles[:, 10:, 0, 0], light[:, 10:])
    np.testing.assert_array_equal(tiles[:6, :, 0, 1], dark[:6])
    np.testing.assert_array_equal(tiles[10:, :, 0, 1], light[10:])
    np.testing.assert_array_equal(tiles[..., 1, :], np.zeros((16, 16, 2)))
