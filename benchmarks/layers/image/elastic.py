"""Smooth random deformations of images and of the labels of their pixels, alike.

Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation" (2015),
section 3.1.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.image.distortion import resample


def cubic(size: int, points: int) -> np.ndarray:
    """The matrix float32 [size,points] that interpolates `points` values along `size` pixels.

    The first and last value lie at the ends of the line. Cubic convolution after Keys (1981) with a = -1/2;
    beyond the ends the outermost value is repeated.
    """
    weights = np.zeros((size, points))
    place = np.arange(size) * ((points - 1) / (size - 1))
    for step in range(-1, 3):
        nearest = np.floor(place).astype(int) + step
        t = np.abs(place - nearest)
        near, far = 1.5 * t**3 - 2.5 * t**2 + 1, -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
        np.add.at(
            weights,
            (np.arange(size), np.clip(nearest, 0, points - 1)),
            np.where(t < 1, near, np.where(t < 2, far, 0)),
        )
    return weights.astype("float32")


@keras.saving.register_keras_serializable("benchmarks")
class ElasticDeformation(keras.layers.Layer):
    """Passes images on unchanged; a loss calls `deform` in training to move pixels of images and labels.

    Each of `points` x `points` points of a grid over the image is moved by a random vector, in pixels,
    whose parts are drawn from a Gaussian with a standard deviation of `deviation`; the pixels between are
    moved by bicubic interpolation.
    """

    def __init__(
        self, deviation: float = 10.0, points: int = 3, seed: int | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.deviation, self.points = deviation, points
        self.random = keras.random.SeedGenerator(seed)

    def call(self, images: Any) -> Any:
        """The output, of the shape that the class says."""
        return images

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def deform(self, images: Any, labels: Any) -> Any:
        """Deform images [n,h,w,c] of any type and labels [n,h,w] alike.

        Returns images in float32, resampled bilinearly, and labels in int32, the nearest ones. Pixels from
        beyond the edge repeat the pixel at the edge.
        """
        height, width = images.shape[1:3]
        vectors = self.deviation * keras.random.normal(
            (ops.shape(images)[0], 2, self.points, self.points), seed=self.random
        )
        moved = ops.matmul(ops.matmul(cubic(height, self.points), vectors), cubic(width, self.points).T)
        rows = ops.clip(np.arange(height, dtype="float32")[:, None] + moved[:, 0], 0.0, height - 1.0)
        columns = ops.clip(np.arange(width, dtype="float32") + moved[:, 1], 0.0, width - 1.0)
        nearest = resample(ops.cast(labels, "float32")[..., None], ops.round(rows), ops.round(columns))
        return resample(ops.cast(images, "float32"), rows, columns), ops.cast(nearest[..., 0], "int32")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "deviation": self.deviation, "points": self.points}
