"""Windows of images and the mean of their answers, against slices and a mean in NumPy."""

import keras
import numpy as np

from benchmarks.layers.image.many_views import ManyViews, MeanOfViews

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 2)).astype("uint8")


def window(image: np.ndarray, row: int, column: int) -> np.ndarray:
    return image[row : row + 4, column : column + 4].astype("float32")


def test_ten_views_are_centre_and_corners_and_their_mirror_images():
    found = np.asarray(ManyViews(4, 8, "ten")(IMAGES))
    assert found.shape == (30, 4, 4, 2)
    for image, views in zip(IMAGES, found.reshape(3, 10, 4, 4, 2), strict=True):
        straight = [window(image, row, column) for row, column in ((2, 2), (0, 0), (0, 4), (4, 0), (4, 4))]
        np.testing.assert_array_equal(views, [*straight, *(view[:, ::-1] for view in straight)])


def test_nine_views_are_a_grid_with_the_centre_first():
    views = np.asarray(ManyViews(4, 8, "nine")(IMAGES[:1]))
    grid = {window(IMAGES[0], row, column).tobytes() for row in (0, 2, 4) for column in (0, 2, 4)}
    assert {view.tobytes() for view in views} == grid
    np.testing.assert_array_equal(views[0], window(IMAGES[0], 2, 2))


def test_in_training_every_window_and_its_mirror_image_is_drawn_and_nothing_else():
    keras.utils.set_random_seed(1)
    made = np.asarray(ManyViews(4, 8)(np.repeat(IMAGES[:1], 1500, axis=0), training=True))
    windows = [window(IMAGES[0], row, column) for row in range(5) for column in range(5)]
    possible = {
        view.tobytes() for straight in windows for view in (straight, np.ascontiguousarray(straight[:, ::-1]))
    }
    assert {view.tobytes() for view in made} == possible


def test_the_answer_is_the_mean_of_the_probabilities():
    logits = np.random.default_rng(1).normal(scale=3.0, size=(20, 5)).astype("float32")
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = probabilities.reshape(2, 10, 5).mean(axis=1)
    np.testing.assert_allclose(np.exp(np.asarray(MeanOfViews("ten")(logits))), expected, rtol=1e-5)
    np.testing.assert_array_equal(np.asarray(MeanOfViews("ten")(logits, training=True)), logits)
