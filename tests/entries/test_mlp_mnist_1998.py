"""The fully connected nets on images that are distorted, or set upright."""

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.layers.image.deslanting import Deslanting

ENTRY = catalogue.load("mlp_mnist_1998")
IMAGES = np.random.default_rng(28).integers(0, 256, (6, 28, 28, 1)).astype("uint8")


@pytest.mark.parametrize("name", ["mnist", "mnist-500-150", "mnist-deslanted"])
def test_weights_start_within_the_printed_bound(name):
    """Appendix A: uniform between -2.4 / F and 2.4 / F, F being the number of inputs."""
    model = ENTRY.build(**catalogue.recipe(ENTRY, "standard", name).model)
    for layer in model.layers:
        if layer.trainable_variables:
            kernel = np.asarray(layer.kernel.value)
            bound = 2.4 / len(kernel)
            assert 0.99 * bound < np.abs(kernel).max() <= bound
            np.testing.assert_allclose(kernel.std(), bound / 3**0.5, rtol=0.1)


@pytest.mark.parametrize("name", ["mnist-distorted", "mnist-300-100-distorted", "mnist-1000-distorted"])
def test_images_are_distorted_in_training_alone(name):
    recipe = catalogue.recipe(ENTRY, "standard", name)
    # From a wide start, so that what changes within shows in the outputs.
    distorting = ENTRY.build(hidden=recipe.model["hidden"], distortion=recipe.model["distortion"])
    plain = ENTRY.build(hidden=recipe.model["hidden"])
    plain.set_weights(distorting.get_weights())
    expected = np.asarray(plain(IMAGES, training=True))
    np.testing.assert_allclose(np.asarray(distorting(IMAGES)), expected, rtol=1e-4, atol=1e-5)
    assert np.abs(np.asarray(distorting(IMAGES, training=True)) - expected).max() > 0.1


def test_the_net_for_deslanted_images_sees_their_middle_in_training_and_outside_it():
    """As printed, 20x20-300-10."""
    recipe = catalogue.recipe(ENTRY, "standard", "mnist-deslanted")
    model = ENTRY.build(**recipe.model)
    first, second = (layer for layer in model.layers if layer.trainable_variables)
    assert (first.kernel.shape, second.kernel.shape) == ((400, 300), (300, 10))
    small = ENTRY.build(input_shape=(20, 20, 1))
    small.set_weights(model.get_weights())
    middle = np.asarray(Deslanting()(IMAGES))[:, 4:24, 4:24]
    expected = np.asarray(small(middle))
    for training in (False, True):
        found = np.asarray(model(IMAGES, training=training))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
