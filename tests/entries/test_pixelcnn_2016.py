"""What is particular to the PixelCNN."""

import numpy as np

from benchmarks import catalogue
from benchmarks.spec import Data
from benchmarks.tasks.density import binarise
from tests.eager import Eager


def test_a_completed_image_keeps_its_upper_half_and_samples_are_binary():
    entry = catalogue.load("pixelcnn_2016")
    model = entry.build(input_shape=(4, 4, 1), maps=2, blocks=1, first=3, top=2, scale=1.0)
    x = np.random.default_rng(4).random((5, 4, 4, 1)).astype("float32")
    assert entry.pictures is not None
    pictures = entry.pictures(model, Data({"x": x}, {"x": x}, {"x": x}), Eager(model))
    completed = pictures["completions"].tiles
    true = 255 * binarise(x.reshape(5, 16), seed=0).reshape(5, 1, 4, 4)
    np.testing.assert_array_equal(completed[:, :1], true)
    np.testing.assert_array_equal(completed[:, :, :2], np.repeat(true[:, :, :2], 5, axis=1))
    assert np.any(completed[:, 1:, 2:] != completed[:, :1, 2:])
    for picture in pictures.values():
        assert set(np.unique(picture.tiles)) == {0, 255}
