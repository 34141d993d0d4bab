"""Images as vectors: scaled, upright, cropped; the slant is that of the layer."""

import keras
import numpy as np

from benchmarks.layers.image.deslanting import Deslanting
from benchmarks.layers.image.flat_pixels import CHUNK, flat_pixels


def test_pixels_are_scaled_and_cropped_in_order() -> None:
    x = np.arange(2 * 4 * 4, dtype="uint8").reshape(2, 4, 4, 1)
    np.testing.assert_array_equal(flat_pixels(x, scale=2.0), x.reshape(2, 16) / 2.0)
    np.testing.assert_array_equal(flat_pixels(x, margin=1), [[5, 6, 9, 10], [21, 22, 25, 26]])
    np.testing.assert_array_equal(flat_pixels(np.array([[1.0, 2.0]]), scale=4.0), [[0.25, 0.5]])


def test_upright_images_are_those_of_the_layer_however_many() -> None:
    x = np.random.default_rng(0).random((CHUNK + 3, 6, 5, 1)).astype("float32")
    expected = keras.ops.convert_to_numpy(Deslanting()(x[-3:])).reshape(3, 30)
    np.testing.assert_allclose(flat_pixels(x, deslanted=True)[-3:], expected, atol=1e-6)
