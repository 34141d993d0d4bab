"""Mean image and mean colour, shifts and mirror images, against every possible result."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.layers.image.augmentation import MeanColour, MeanImage, RandomShiftAndFlip

IMAGE = np.arange(1, 13, dtype="float32").reshape(1, 4, 3, 1)


def possible(image: np.ndarray, pad: int, flip: bool, border: Any = "constant") -> set[bytes]:
    found = set()
    for view in [image, image[:, ::-1]] if flip else [image]:
        padded = np.pad(view, ((pad, pad), (pad, pad), (0, 0)), mode=border)
        for row in range(2 * pad + 1):
            for column in range(2 * pad + 1):
                found.add(padded[row : row + image.shape[0], column : column + image.shape[1]].tobytes())
    return found


@pytest.mark.parametrize(("flip", "border"), [(False, "constant"), (True, "constant"), (False, "reflect")])
def test_training_images_are_all_the_crops_of_the_padded_image_and_no_others(flip, border):
    keras.utils.set_random_seed(2)
    layer = RandomShiftAndFlip(pad=1, flip=flip, border=border)
    made = np.asarray(layer(np.repeat(IMAGE, 500, axis=0), training=True))
    assert {image.tobytes() for image in made} == possible(IMAGE[0], 1, flip, border)


def test_each_image_keeps_its_own_pixels_and_channels():
    keras.utils.set_random_seed(2)
    images = np.random.default_rng(0).normal(size=(20, 5, 6, 3)).astype("float32")
    made = np.asarray(RandomShiftAndFlip(pad=2)(images, training=True))
    for before, after in zip(images, made, strict=True):
        assert after.tobytes() in possible(before, 2, True)


def test_half_of_the_images_are_mirrored():
    keras.utils.set_random_seed(5)
    made = np.asarray(RandomShiftAndFlip(pad=0)(np.repeat(IMAGE, 2000, axis=0), training=True))
    mirrored = np.mean(made[:, 0, 0, 0] == 3.0)
    assert abs(mirrored - 0.5) < 0.05  # more than four standard deviations


def test_images_are_left_alone_outside_training():
    np.testing.assert_array_equal(np.asarray(RandomShiftAndFlip()(IMAGE)), IMAGE)


def test_the_mean_of_each_pixel_is_subtracted():
    images = np.random.default_rng(0).integers(0, 256, (50, 4, 3, 2)).astype("uint8")
    layer = MeanImage()
    layer.build(images.shape)
    layer.adapt(images)
    np.testing.assert_allclose(np.asarray(layer(images)).mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(
        np.asarray(layer(images[:1])), images[:1] - images.mean(axis=0), rtol=1e-5, atol=1e-4
    )
    assert layer.trainable_variables == []


def test_a_mean_of_other_images_is_refused():
    layer = MeanImage()
    layer.build((None, 4, 3, 2))
    with pytest.raises(ValueError, match=r"built for images \(4, 3, 2\), not \(3, 4, 2\)"):
        layer.adapt(np.zeros((5, 3, 4, 2)))


def test_the_mean_colour_is_subtracted():
    images = np.stack([np.full((2, 3, 4), value, "uint8") for value in (10, 20, 60)], axis=-1)
    images[0, 0, 0] += 24
    layer = MeanColour()
    layer.build(images.shape)
    np.testing.assert_array_equal(
        np.asarray(layer(images)), images
    )  # nothing before it has seen the training split
    layer.adapt(images)
    np.testing.assert_allclose(np.asarray(layer(images))[1, 0, 0], [-1, -1, -1], atol=1e-5)
    assert layer.trainable_variables == []
