"""Random distortions: smoothing and resampling against SciPy, each kind of distortion on its own."""

from typing import Any

import keras
import numpy as np
import pytest
from scipy import ndimage

from benchmarks.layers.image.distortion import RandomDistortion, blur, resample

RNG = np.random.default_rng(2003)
STILL: Any = {"rotation": 0.0, "scaling": 0.0, "shift": 0.0, "alpha": 0.0}


def test_the_field_is_smoothed_by_a_gaussian():
    noise = RNG.uniform(-1, 1, (14, 17))
    found = blur(14, 2.5) @ noise @ blur(17, 2.5)
    np.testing.assert_allclose(
        found, ndimage.gaussian_filter(noise, 2.5, mode="constant", truncate=8), atol=1e-5
    )


def test_pixels_between_pixels_are_interpolated_and_beyond_the_edge_is_zero():
    images = RNG.uniform(0.5, 1, (3, 9, 7, 2)).astype("float32")
    rows, columns = (RNG.uniform(-3, side + 2, (3, 9, 7)).astype("float32") for side in (9, 7))
    found = np.asarray(resample(images, rows, columns))
    padded = np.pad(images, ((0, 0), (4, 4), (4, 4), (0, 0)))
    for n in range(3):
        for channel in range(2):
            expected = ndimage.map_coordinates(
                padded[n, :, :, channel], [rows[n] + 4, columns[n] + 4], order=1
            )
            np.testing.assert_allclose(found[n, :, :, channel], expected, atol=1e-4)


def test_nothing_is_distorted_outside_training_or_by_strengths_of_zero():
    images = RNG.uniform(size=(4, 8, 8, 1)).astype("float32")
    np.testing.assert_array_equal(np.asarray(RandomDistortion()(images)), images)
    np.testing.assert_allclose(
        np.asarray(RandomDistortion(**STILL)(images, training=True)), images, atol=1e-6
    )


def centre_and_angle(image):
    """Centre of mass (row, column) and the direction of a bar, in degrees from upright, by its second
    moments.
    """
    rows, columns = np.indices(image.shape)
    row, column = (float((image * where).sum() / image.sum()) for where in (rows, columns))
    across = float((image * (rows - row) * (columns - column)).sum())
    spread = float((image * ((rows - row) ** 2 - (columns - column) ** 2)).sum())
    return row, column, 0.5 * np.degrees(np.arctan2(2 * across, spread))


@pytest.mark.parametrize("kind", ["rotation", "shift", "alpha"])
def test_each_distortion_moves_what_it_should(kind):
    """An upright bar in 200 copies: turned within the angle and not moved; moved within the shift and not
    turned; bent.
    """
    strength = {"rotation": 20.0, "shift": 0.1, "alpha": 20.0}[kind]
    bar = np.zeros((200, 31, 31, 1), "float32")
    bar[:, 8:23, 14:17] = 1
    layer = RandomDistortion(**STILL | {kind: strength}, sigma=4.0, seed=7)
    found = np.asarray(layer(bar, training=True))[..., 0]
    rows, columns, angles = np.array([centre_and_angle(image) for image in found]).T
    if kind == "rotation":
        assert 17 < np.abs(angles).max() < 20.5 and abs(angles.mean()) < 3
        assert np.abs(np.array([rows, columns]) - 15).max() < 0.1
    elif kind == "shift":
        assert np.abs(angles).max() < 1
        assert 2.7 < np.abs(rows - 15).max() <= 3.11 and 2.7 < np.abs(columns - 15).max() <= 3.11
    else:
        # Uniform noise of variance 1/3, averaged over 4 pi sigma² pixels.
        expected = strength * np.sqrt(1 / 3) / (2 * 4.0 * np.sqrt(np.pi))
        assert 0.2 * expected < np.std(rows - 15) < expected


def test_scaling_keeps_the_centre_and_changes_each_side():
    square = np.zeros((200, 31, 31, 1), "float32")
    square[:, 10:21, 10:21] = 1
    found = np.asarray(RandomDistortion(**STILL | {"scaling": 0.2}, seed=7)(square, training=True))[..., 0]
    heights, widths = found.max(axis=2).sum(axis=1) / 11, found.max(axis=1).sum(axis=1) / 11
    for sides in (heights, widths):
        assert 0.78 < sides.min() < 0.84 and 1.16 < sides.max() < 1.22
    assert abs(np.corrcoef(heights, widths)[0, 1]) < 0.3


def test_every_image_and_every_call_is_distorted_anew():
    keras.utils.set_random_seed(3)
    images = np.tile(RNG.uniform(size=(1, 12, 12, 1)).astype("float32"), (2, 1, 1, 1))
    layer = RandomDistortion()
    first, second = np.asarray(layer(images, training=True)), np.asarray(layer(images, training=True))
    assert np.abs(first[0] - first[1]).max() > 0.05
    assert np.abs(first - second).max() > 0.05
