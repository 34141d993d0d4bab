"""Random crops, against slices, Pillow and what is true of every crop."""

from typing import Any

import numpy as np
import pytest

IMAGES = np.random.default_rng(5).integers(0, 256, (6, 40, 40, 3)).astype("uint8")


def numpy(tensor: Any) -> np.ndarray:
    import keras

    return np.asarray(keras.ops.convert_to_numpy(tensor))


def test_a_crop_at_the_image_s_own_scale_is_a_slice_of_it_or_of_its_mirror_image() -> None:
    from benchmarks.layers.image.crops import ScaleCrop

    layer = ScaleCrop(32, (40, 40), seed=1)
    seen = set()
    for _ in range(20):
        for image, crop in zip(IMAGES.astype("float32"), numpy(layer(IMAGES, training=True)), strict=True):
            places = [
                (top, left, mirrored)
                for mirrored in (False, True)
                for top in range(9)
                for left in range(9)
                if np.allclose(
                    crop, image[top : top + 32, left : left + 32][:, :: -1 if mirrored else 1], atol=1e-2
                )
            ]
            assert len(places) == 1
            seen.add(places[0])
    assert {top for top, _, _ in seen} == {left for _, left, _ in seen} == set(range(9))
    assert {mirrored for _, _, mirrored in seen} == {False, True}


def test_in_inference_the_crop_is_central() -> None:
    from benchmarks.layers.image.crops import AreaCrop, ScaleCrop

    assert np.allclose(numpy(ScaleCrop(32, (40, 40))(IMAGES)), IMAGES[:, 4:36, 4:36], atol=1e-2)
    # Seven eighths of 40 pixels are 35: the central ones, at their own scale.
    assert np.allclose(numpy(AreaCrop(35)(IMAGES)), resampled(IMAGES, 2.5, 37.5, 35), atol=1.0)


def resampled(images: np.ndarray, low: float, high: float, size: int) -> np.ndarray:
    """The square window from `low` to `high` on both axes, by Pillow."""
    from PIL import Image

    planes = images.astype("float32").transpose(0, 3, 1, 2).reshape(-1, *images.shape[1:3])
    box = (low, low, high, high)
    found = [
        np.asarray(Image.fromarray(plane, "F").resize((size, size), Image.Resampling.BILINEAR, box))
        for plane in planes
    ]
    return np.stack(found).reshape(len(images), 3, size, size).transpose(0, 2, 3, 1)


@pytest.mark.parametrize("size", [12, 20, 40])
def test_making_smaller_weighs_pixels_as_pillow_does(size: int) -> None:
    from benchmarks.layers.image.crops import crop

    edges, extent = np.zeros(6, "float32"), np.full(6, 40.0, "float32")
    assert np.allclose(
        numpy(crop(IMAGES.astype("float32"), edges, edges, extent, extent, size)),
        resampled(IMAGES, 0, 40, size),
        atol=0.01,
    )


def test_the_area_and_the_aspect_ratio_of_random_windows_are_as_asked() -> None:
    from benchmarks.layers.image.crops import AreaCrop

    layer = AreaCrop(16, area=(0.1, 0.5), aspect=(0.8, 1.25), seed=2)
    height, width = (numpy(extent) for extent in layer.extents(4000, 40))
    area, aspect = height * width / 1600, np.log(width / height)
    assert 0.1 <= area.min() < 0.11 and 0.49 < area.max() <= 0.5
    assert abs(area.mean() - 0.3) < 0.01
    assert abs(np.abs(aspect).max() - np.log(1.25)) < 0.01 and abs(aspect.mean()) < 0.01
    top = numpy(layer.place(height, 40))
    assert (top >= 0).all() and (top + height <= 40 + 1e-4).all()


def test_a_ramp_stays_a_ramp_in_every_crop() -> None:
    from benchmarks.layers.image.crops import AreaCrop, ScaleCrop

    ramp = np.broadcast_to(np.arange(40, dtype="float32")[:, None, None], (50, 40, 40, 3))
    for layer in (ScaleCrop(16, (20, 39), seed=1), AreaCrop(16, seed=1)):
        found = numpy(layer(ramp, training=True))[:, 2:-2]
        steps = np.diff(found, axis=1)
        assert (steps > 0).all()
        # Each image has a step of its own; a triangle over few pixels is not exactly centred.
        assert np.allclose(steps, steps.mean(axis=(1, 2, 3), keepdims=True), rtol=0.2)


def test_a_window_larger_than_the_image_is_refused() -> None:
    from benchmarks.layers.image.crops import ScaleCrop

    with pytest.raises(ValueError, match="a window of 224 pixels does not fit into an image scaled to 200"):
        ScaleCrop(224, (200, 256))
