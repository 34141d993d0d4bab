"""The PixelCNN: what each pixel sees, probabilities that sum to 1, and samples of these frequencies."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.models.pixel_cnn import PixelCNN, masked_network

numpy = keras.ops.convert_to_numpy


def net(side, blocks=1, first=3, size=1.0):
    """A net with random weights."""
    model = PixelCNN(masked_network((side, side, 1), 4, blocks, first, 8), (side, side, 1))
    random = np.random.default_rng(7)
    for weight in model.trainable_weights:
        weight.assign(size * random.normal(size=weight.shape) / np.sqrt(np.prod(weight.shape[:-1]) or 1.0))
    return model


def test_no_pixel_sees_itself_or_a_later_one_and_a_wedge_to_the_upper_right_is_blind():
    """Whether a logit changes when one pixel of 7x7 is flipped.

    Two filters of 3x3 reach two rows up, and one place to the right for each of these rows: two places in the
    row that is two above, one in the row above. So the pixel two to the right in the row above is not seen,
    though it comes before.
    """
    model = net(7)
    v = np.random.default_rng(0).integers(0, 2, 49).astype("float32")
    flipped = np.where(np.eye(49) == 1, 1.0 - v, v).astype("float32")
    seen = numpy(model.logits(flipped)) != numpy(model.logits(v[None]))
    assert not np.tril(seen).any(), "a pixel changes only the logits of later ones"
    of_the_middle = np.zeros((7, 7), bool)
    of_the_middle[1, 1:6] = of_the_middle[2, 1:5] = of_the_middle[3, 1:3] = True
    np.testing.assert_array_equal(seen[:, 24].reshape(7, 7), of_the_middle)


@pytest.fixture(scope="module")
def tiny():
    """A net for images of 3x3 pixels, all of these images, and their probabilities."""
    model = net(3, size=2.0)
    v = np.array(list(itertools.product([0.0, 1.0], repeat=9)), "float32")
    return model, v, np.exp(-numpy(model.free_energy(v)).astype("float64"))


def test_the_probabilities_of_all_images_sum_to_one(tiny):
    _, _, probabilities = tiny
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    assert probabilities.max() > 10 / 512


def test_samples_come_as_often_as_they_are_probable(tiny):
    model, v, probabilities = tiny
    uniform = np.random.default_rng(1).random((20_000, 9), "float32")
    drawn, chances = (numpy(part) for part in model.sampled(uniform))
    numbers = (drawn @ 2.0 ** np.arange(8, -1, -1)).astype(int)
    np.testing.assert_array_equal(v[numbers], drawn)
    shares = np.bincount(numbers, minlength=512) / 20_000
    errors = np.sqrt(probabilities * (1.0 - probabilities) / 20_000)
    assert np.abs(shares - probabilities).max() < 5.0 * errors.max()
    assert np.abs((shares - probabilities) / np.maximum(errors, 1e-5)).mean() < 1.0
    likely = np.where(drawn == 1.0, chances, 1.0 - chances).prod(axis=1)
    np.testing.assert_allclose(likely, probabilities[numbers], rtol=1e-4)


def test_examples_are_drawn_anew_from_grey_values():
    model = net(2)
    model.scale = 16.0
    x = np.tile(np.array([0, 4, 12, 16], "uint8").reshape(1, 2, 2, 1), (3000, 1, 1, 1))
    first, second = numpy(model.drawn(x)), numpy(model.drawn(x))
    np.testing.assert_allclose(first.mean(axis=0), [0.0, 0.25, 0.75, 1.0], atol=0.04)
    assert np.any(first != second)
