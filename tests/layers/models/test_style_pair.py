"""What a pair with styles makes of uniform numbers, and whose styles a mixed image has."""

import keras
import numpy as np

from benchmarks.layers.models.style_pair import StyleGenerator, StylePair

DEPTH, LATENT = 3, 2


def generator():
    """The image's pixels are the styles' numbers, layer by layer, and then the noise: [8, 1, 1]."""
    mapping = keras.Sequential([keras.Input((LATENT,)), keras.layers.Rescaling(0.1)])
    styles, noise = keras.Input((DEPTH, LATENT)), keras.Input((2,))
    pixels = keras.layers.Concatenate()([keras.layers.Flatten()(styles), noise])
    return StyleGenerator(mapping, keras.Model([styles, noise], keras.layers.Reshape((8, 1, 1))(pixels)))


def pair():
    judge = keras.Sequential(
        [
            keras.Input((8, 1, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(1, kernel_initializer="ones", use_bias=False),
        ]
    )
    return StylePair(generator(), generator(), judge, 16.0)


def test_a_sample_takes_the_numbers_of_z_and_of_all_noise():
    model = pair()
    assert model.latent == LATENT + 2 and model.shape == (8, 1, 1) and model.generator.depth == DEPTH
    uniform = np.random.default_rng(0).random((50_000, 4), "float32")
    drawn = np.asarray(model.generate(uniform))[:, :, 0, 0]
    inner = drawn[:, : DEPTH * LATENT]  # a tenth of the normal numbers, halved and moved to 0.5
    np.testing.assert_allclose(inner.mean(0), 0.5, atol=0.002)
    np.testing.assert_allclose(inner.std(0), 0.05, rtol=0.02)
    assert drawn.min() == 0.0 and drawn.max() == 1.0, "the noise goes beyond what can be shown"


def test_data_are_seen_from_minus_1_to_1():
    model = pair()
    x = np.linspace(0, 16, 8).reshape(1, 8, 1, 1)
    np.testing.assert_allclose(np.asarray(model.intensity(x)).ravel(), np.linspace(0, 1, 8), atol=1e-6)
    np.testing.assert_allclose(np.asarray(model(x)), [[0.0]], atol=1e-5)


def test_a_mixed_image_has_the_styles_of_both_and_the_noise_of_the_first():
    model = pair()
    coarse, fine = np.random.default_rng(1).random((2, 5, 4), "float32")
    mixed, first, second = (
        np.asarray(images)[:, :, 0, 0]
        for images in (model.mixed(coarse, fine, 1), model.generate(coarse), model.generate(fine))
    )
    np.testing.assert_allclose(mixed[:, :2], first[:, :2], rtol=1e-6)
    np.testing.assert_allclose(mixed[:, 2:6], second[:, 2:6], rtol=1e-6)
    np.testing.assert_allclose(mixed[:, 6:], first[:, 6:], rtol=1e-6)


def test_the_average_learns_nothing_by_itself():
    mapping = keras.Sequential([keras.Input((LATENT,)), keras.layers.Dense(LATENT)])
    wise, blank = StyleGenerator(mapping, generator().synthesis), generator()
    judge = keras.Sequential([keras.Input((8, 1, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    assert len(StylePair(wise, blank, judge, 1.0).trainable_variables) == 4
    assert len(StylePair(blank, wise, judge, 1.0).trainable_variables) == 2
