"""The nets of the authors' code at any size of image, and what the curve of the critic shows."""

import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("wgan_gp_2017")


@pytest.mark.parametrize(("side", "first"), [(8, 1), (28, 4), (32, 4)])
def test_the_generator_begins_small_and_ends_at_the_size_of_the_image(side, first):
    model = ENTRY.build(input_shape=(side, side, 1), latent=5, width=2)
    assert model.generator.layers[1].output.shape[1:] == (first, first, 8)
    assert model.shape == (side, side, 1)
    assert model.discriminator.layers[-2].output.shape[1:] == (first * first * 8,)


def test_nothing_is_normalised_and_no_verdict_depends_on_other_images():
    """With batch normalisation the penalty of a single image's slope would have no meaning (section 4)."""
    model = ENTRY.build(input_shape=(8, 8, 1), latent=5, width=2, scale=16.0)
    x = np.random.default_rng(0).integers(0, 17, (6, 8, 8, 1)).astype("uint8")
    together, alone = np.asarray(model(x, training=True)), np.asarray(model(x[:1], training=True))
    np.testing.assert_allclose(together[:1], alone, rtol=1e-4, atol=1e-5)
    names = [type(layer).__name__ for net in (model.generator, model.discriminator) for layer in net.layers]
    assert not any("Normalization" in name for name in names)
