"""Scenes composed of images: what is painted is what is labelled."""

import numpy as np
import pytest
from scipy import ndimage

from benchmarks.datasets.scenes.composition import compose, enlarge


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("size", [8, 11, 16])
def test_enlarging_is_linear_interpolation_between_the_centres_of_pixels(size: int) -> None:
    image = rng().random((8, 6))
    rows, columns = ((np.arange(size) + 0.5) * length / size - 0.5 for length in image.shape)
    expected = ndimage.map_coordinates(
        image, np.meshgrid(rows, columns, indexing="ij"), order=1, mode="nearest"
    )
    np.testing.assert_allclose(enlarge(image, size), expected, atol=1e-12)
    np.testing.assert_array_equal(enlarge(np.stack([image, 2 * image]), size)[1], enlarge(2 * image, size))


def plain(opaque: bool) -> dict[str, np.ndarray]:
    """Scenes of a white square, a white frame and a white bar on black, without fragments."""
    square = np.ones((6, 6))
    frame = np.pad(np.zeros((4, 4)), 2, constant_values=1.0)
    bar = np.zeros((7, 7))
    bar[3] = 1.0
    objects = {0: [square[None]], 1: [frame[None]], 2: [bar[None]]}
    return compose(rng(), objects, 200, 20, (1, 2), (1.0, 1.0), 0.5, opaque, (0, 0), 0.0)


@pytest.mark.parametrize("opaque", [False, True])
def test_the_pixels_that_are_painted_are_the_labelled_ones(opaque: bool) -> None:
    scenes = plain(opaque)
    assert ((scenes["x"][..., 0] >= 255 - 15) == (scenes["y"] > 0)).all()
    assert ((scenes["x"][..., 0] <= 15) == (scenes["y"] == 0)).all()


def test_an_object_is_whole_unless_a_later_one_covers_it() -> None:
    sizes = {1: 36, 2: 64 - 16, 3: 7}
    counts = [np.bincount(scene.ravel(), minlength=4)[1:] for scene in plain(True)["y"]]
    alone = [count for count in counts if np.count_nonzero(count) == 1]
    assert {int(np.argmax(count)) + 1: int(count.max()) for count in alone} == sizes
    both = [count for count in counts if np.count_nonzero(count) == 2]
    assert both and all(any(count[name - 1] == size for name, size in sizes.items()) for count in both)
    assert all(count.sum() <= 36 + 48 for count in counts)


def test_fragments_are_background() -> None:
    scenes = compose(rng(), {0: [np.ones((1, 6, 6))]}, 20, 20, (1, 1), (1.0, 1.0), 0.5, True, (5, 3), 0.0)
    bright = scenes["x"][..., 0] > 200
    assert (scenes["y"].reshape(20, -1).sum(axis=1) == 36).all()
    assert (bright.reshape(20, -1).sum(axis=1) > 36).all() and bright[scenes["y"] == 1].all()
