"""Affine distortions against SciPy's resampling with matrices written out by hand."""

from typing import Any

import keras
import numpy as np
import pytest
from scipy import ndimage

from benchmarks.layers.image.affine_distortion import RandomAffineDistortion, transformed

RNG = np.random.default_rng(1998)
STILL: Any = {"shift": 0.0, "scaling": 0.0, "squeezing": 0.0, "shearing": 0.0, "undistorted": 0.0}


def blob(side=21):
    """Smooth random ink around the middle of a square, float32, with a margin of six pixels of paper."""
    ink = np.zeros((side, side), "float32")
    ink[6:-6, 6:-6] = RNG.uniform(0.2, 1, (side - 12, side - 12))
    return ink


def by_scipy(image, forwards, moved):
    """The image after its ink has gone from p to `forwards` @ p + `moved`, from the middle, (row, column)."""
    back = np.linalg.inv(forwards)
    middle = (np.array(image.shape) - 1) / 2
    return ndimage.affine_transform(image, back, offset=middle - back @ (middle + moved), order=1)


@pytest.mark.parametrize(
    ("numbers", "forwards", "moved"),
    [
        ({"down": 3 / 21}, [[1, 0], [0, 1]], [3, 0]),
        ({"right": -1.4 / 21}, [[1, 0], [0, 1]], [0, -1.4]),
        ({"shear": 0.3}, [[1, 0], [0.3, 1]], [0, 0]),
        ({"scale": np.log(1.25)}, [[1.25, 0], [0, 1.25]], [0, 0]),
        ({"squeeze": np.log(1.2)}, [[1.2, 0], [0, 1 / 1.2]], [0, 0]),
        (
            {"down": 1 / 21, "right": 2 / 21, "shear": -0.2, "scale": np.log(0.9), "squeeze": np.log(1.1)},
            np.diag([0.9 * 1.1, 0.9 / 1.1]) @ [[1, 0], [-0.2, 1]],
            [1, 2],
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_each_transformation_is_the_planar_map_of_its_name(numbers, forwards, moved):
    given = dict.fromkeys(("down", "right", "scale", "squeeze", "shear"), 0.0) | numbers
    image = blob()
    arguments = {name: np.array([value], "float32") for name, value in given.items()}
    found = np.asarray(transformed(image[None, :, :, None], **arguments))[0, :, :, 0]
    np.testing.assert_allclose(found, by_scipy(image, np.array(forwards, float), np.array(moved)), atol=2e-5)
    assert not np.array_equal(found, image)


def test_nothing_is_distorted_outside_training_or_by_strengths_of_zero():
    images = RNG.integers(0, 256, (4, 9, 7, 2)).astype("uint8")
    strong = RandomAffineDistortion(shift=0.2, shearing=0.5, undistorted=0.0)
    np.testing.assert_array_equal(np.asarray(strong(images)), images.astype("float32"))
    assert np.abs(np.asarray(strong(images, training=True)) - images).max() > 20
    still = RandomAffineDistortion(**STILL)
    np.testing.assert_allclose(np.asarray(still(images, training=True)), images, atol=1e-3)


def moments(image):
    """Centre (row, column), and the second moments of rows, of columns and of both, per unit of ink."""
    rows, columns = np.indices(image.shape)
    whole = image.sum()
    row, column = (image * rows).sum() / whole, (image * columns).sum() / whole
    y, x = rows - row, columns - column
    return row, column, *((image * part).sum() / whole for part in (y * y, x * x, y * x))


@pytest.mark.parametrize("kind", ["shift", "scaling", "squeezing", "shearing"])
def test_each_number_is_uniform_between_its_strengths(kind):
    """Read back from the moments of a square of ink, in 400 copies: the extremes, the mean and the rest."""
    strength = {"shift": 0.1, "scaling": 0.2, "squeezing": 0.2, "shearing": 0.4}[kind]
    square = np.zeros((400, 41, 41, 1), "float32")
    square[:, 12:29, 12:29] = 1
    layer = RandomAffineDistortion(**STILL | {kind: strength}, seed=7)
    found = np.asarray(layer(square, training=True))[..., 0]
    own = np.array(moments(square[0, ..., 0]))
    row, column, tall, wide, mixed = np.array([moments(image) for image in found]).T
    taller, wider = 0.5 * np.log(tall / own[2]), 0.5 * np.log(wide / own[3])
    read = {
        "shift": np.concatenate([row - 20, column - 20]) / 41,
        "scaling": (taller + wider) / 2,
        "squeezing": (taller - wider) / 2,
        "shearing": mixed / tall,
    }
    for name, numbers in read.items():
        if name == kind:
            assert 0.95 * strength < np.abs(numbers).max() < 1.03 * strength
            assert abs(numbers.mean()) < 0.1 * strength
            assert np.std(numbers) == pytest.approx(strength / np.sqrt(3), rel=0.1)
        elif (kind, name) not in (("shearing", "scaling"), ("shearing", "squeezing")):  # a slant is wider
            assert np.abs(numbers).max() < 0.01
    if kind == "shift":
        assert abs(np.corrcoef(row, column)[0, 1]) < 0.15


def test_the_share_that_stays_as_it_is():
    images = np.broadcast_to(blob()[None, :, :, None], (1000, 21, 21, 1))
    found = np.asarray(RandomAffineDistortion(undistorted=0.1, seed=5)(images, training=True))
    same = np.abs(found - images).max(axis=(1, 2, 3)) < 1e-5
    assert 70 < same.sum() < 130  # 100 with a standard deviation of 9.5


def test_the_same_seed_gives_the_same_distortions_and_every_call_others():
    images = np.broadcast_to(blob()[None, :, :, None], (3, 21, 21, 1))

    def twice(seed):
        layer = RandomAffineDistortion(undistorted=0.0, seed=seed)
        return [np.asarray(layer(images, training=True)) for _ in range(2)]

    first, second = twice(3)
    np.testing.assert_array_equal(twice(3), [first, second])
    others = [second, twice(4)[0]]
    assert all(np.abs(first - other).max() > 0.05 for other in others)
    assert np.abs(first[0] - first[1]).max() > 0.05, "images of one batch differ, too"


def test_its_configuration_makes_it_again():
    layer = RandomAffineDistortion(0.1, 0.2, 0.3, 0.4, 0.5)
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert again.get_config() == layer.get_config()
