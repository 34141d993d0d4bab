"""The nets of the authors' code at any size of image, and what steers a layer."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from tests.eager import Eager

ENTRY = catalogue.load("stylegan2_2020")


def count(*nets):
    return sum(int(np.prod(weight.shape)) for net in nets for weight in net.trainable_variables)


def small(**changes):
    options = {"input_shape": (8, 8, 1), "latent": 6, "mapping_layers": 2, "maps": (5, 4), "scale": 16.0}
    return ENTRY.build(**{**options, **changes})


def test_generator_and_discriminator_have_the_sizes_that_the_authors_print():
    """Layer by layer, in the tables that their code prints for images of 1024x1024 pixels.

    Convolutions of 512 maps 2,622,465 each, their conversions to an image 264,195, the learned block 8,192;
    the narrowest block of the discriminator 9,248, 18,496 and 2,048.
    """
    with keras.StatelessScope(initialize_variables=False):
        model = ENTRY.build()
    assert count(model.generator) == 30_370_060 and count(model.discriminator) == 29_012_513
    assert count(model.generator.mapping) == 8 * 262_656
    layers = [count(layer) for layer in model.generator.synthesis.layers]
    assert layers.count(2_622_465 - 1) == 9 and layers.count(264_195) == 5 and layers.count(8192) == 1
    assert {9248, 18_496, 2048} <= {count(layer) for layer in model.discriminator.layers}
    assert model.generator.depth == 18
    assert model.generator.pixels == 16 + 2 * sum(4**k for k in range(3, 11))


@pytest.mark.parametrize(
    ("side", "maps", "first"), [(8, (5, 4), 4), (28, (5, 4, 3), 7), (32, (5, 4, 3, 2), 4)]
)
def test_the_generator_begins_with_a_small_learned_block(side, maps, first):
    model = small(input_shape=(side, side, 1), maps=maps)
    assert model.shape == (side, side, 1) and model.generator.depth == 2 * len(maps)
    (block,) = (layer for layer in model.generator.synthesis.layers if "constant" in layer.name)
    assert block.maps.shape == (first, first, maps[0])


def test_every_style_and_every_noise_map_reaches_the_image():
    """Noise only once its strength is no longer 0."""
    keras.utils.set_random_seed(1)
    model = small()
    synthesis, random = model.generator.synthesis, np.random.default_rng(1)
    styles = random.normal(size=(1, 4, 6)).astype("float32")
    noise = random.normal(size=(1, model.generator.pixels)).astype("float32")
    before = np.asarray(synthesis([styles, noise]))
    for layer in range(4):
        changed = styles.copy()
        changed[:, layer] += 1.0
        assert np.abs(np.asarray(synthesis([changed, noise])) - before).max() > 1e-3
    np.testing.assert_array_equal(np.asarray(synthesis([styles, 0.0 * noise])), before)
    for layer in synthesis.layers:
        if "noisy" in layer.name:
            layer.strength.assign(1.0)
    before = np.asarray(synthesis([styles, noise]))
    for pixel in range(model.generator.pixels):
        changed = noise.copy()
        changed[:, pixel] += 3.0
        assert np.abs(np.asarray(synthesis([styles, changed])) - before).max() > 1e-6


def test_the_mapping_forgets_how_long_z_is():
    keras.utils.set_random_seed(1)
    model = small()
    z = np.random.default_rng(1).normal(size=(3, 6)).astype("float32")
    w = [np.asarray(model.generator.mapping(scale * z)) for scale in (1.0, 10.0)]
    np.testing.assert_allclose(w[0], w[1], rtol=1e-3, atol=1e-5)


def test_the_table_of_mixed_styles_has_the_unmixed_samples_at_its_edges():
    keras.utils.set_random_seed(1)
    model = small()
    assert ENTRY.pictures
    shown = ENTRY.pictures(model, None, Eager(model))
    samples, table = shown["samples"].tiles, shown["mixing"].tiles
    assert samples.shape == (6, 10, 8, 8) and table.shape == (6, 10, 8, 8)
    assert (table[0, 0] == 0).all()
    np.testing.assert_array_equal(table[0, 1:], samples[1, :9])
    np.testing.assert_array_equal(table[1:, 0], samples[0, :5])
