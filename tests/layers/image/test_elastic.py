"""Elastic deformation: cubic interpolation by hand, and that image and labels move together, smoothly, and
as far as asked.
"""

import keras
import numpy as np

from benchmarks.layers.image.elastic import ElasticDeformation, cubic


def test_cubic_interpolation_passes_through_its_points_and_weighs_those_between_as_keys_does():
    weights = cubic(9, 5)
    np.testing.assert_allclose(weights[::2], np.eye(5), atol=1e-7)
    np.testing.assert_allclose(weights[3], [-1 / 16, 9 / 16, 9 / 16, -1 / 16, 0], atol=1e-7)
    np.testing.assert_allclose(
        weights[1], [8 / 16, 9 / 16, -1 / 16, 0, 0], atol=1e-7
    )  # the first point stands twice
    np.testing.assert_allclose(cubic(17, 5).sum(axis=1), 1, atol=1e-6)


def ramp(n: int, side: int) -> np.ndarray:
    """Images whose two channels say in which row and column a pixel is."""
    return np.broadcast_to(
        np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=-1), (n, side, side, 2)
    ).astype("float32")


def test_images_and_labels_are_moved_by_the_same_smooth_field():
    keras.utils.set_random_seed(1)
    side, layer = 33, ElasticDeformation(2.0)
    labels = np.broadcast_to(np.arange(side)[None, :, None] // 3, (50, side, side)).astype("uint8")
    places, moved = (np.asarray(part) for part in layer.deform(ramp(50, side), labels))
    shift = (places - ramp(50, side))[:, 8:-8, 8:-8]
    # A label is that of the pixel that the image's value comes from, where rounding is not a matter
    # of the last bit.
    clear = np.abs(places[..., 0] % 1 - 0.5) > 1e-3
    np.testing.assert_array_equal(moved[clear], (np.round(places[..., 0]) // 3)[clear])
    assert (np.abs(np.diff(shift, axis=1)) < 1.5).all() and shift.std() > 1
    # At the grid's middle point the displacement is the drawn vector itself.
    assert 1.4 < (places - ramp(50, side))[:, 16, 16].std() < 2.6


def test_without_deviation_nothing_moves_and_outside_training_never():
    image, labels = (
        np.random.default_rng(0).normal(size=(2, 8, 9, 1)).astype("float32"),
        np.arange(2 * 8 * 9).reshape(2, 8, 9).astype("uint8"),
    )
    same, kept = ElasticDeformation(0.0).deform(image, labels)
    np.testing.assert_array_equal(np.asarray(same), image)
    np.testing.assert_array_equal(np.asarray(kept), labels)
    np.testing.assert_array_equal(np.asarray(ElasticDeformation(10.0)(image)), image)
