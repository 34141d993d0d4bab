"""Random distortions of handwriting: turned, scaled, shifted, and bent as if a hand had trembled.

Simard, Steinkraus, Platt, "Best practices for convolutional neural networks applied to visual document
analysis" (2003), for the elastic part; the strengths are arguments.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops


def blur(side: int, sigma: float) -> np.ndarray:
    """The matrix float32 [side,side] that smooths a line of pixels by a Gaussian.

    `sigma` is its standard deviation; zeros lie beyond the ends of the line.
    """
    distance = np.arange(side)[:, None] - np.arange(side)
    reach = np.arange(-8 * math.ceil(sigma), 8 * math.ceil(sigma) + 1)
    return (np.exp(-((distance / sigma) ** 2) / 2) / np.exp(-((reach / sigma) ** 2) / 2).sum()).astype(
        "float32"
    )


def resample(images: Any, rows: Any, columns: Any) -> Any:
    """Images [n,h,w,c] at the places `rows`, `columns`, floats [n,h,w] in pixels.

    Bilinear, with zeros around the image.
    """
    height, width, channels = images.shape[1:]
    padded = ops.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    rows, columns = ops.clip(rows + 1.0, 0.0, height + 1.0), ops.clip(columns + 1.0, 0.0, width + 1.0)
    top, left = ops.minimum(ops.floor(rows), height), ops.minimum(ops.floor(columns), width)
    below, right = (ops.cast(part[..., None], images.dtype) for part in (rows - top, columns - left))
    first = ops.arange(ops.shape(images)[0], dtype="int32")[:, None, None] * ((height + 2) * (width + 2))
    place = first + ops.cast(top, "int32") * (width + 2) + ops.cast(left, "int32")
    pixels = ops.reshape(padded, (-1, channels))
    here, beside, under, across = (
        ops.take(pixels, place + step, axis=0) for step in (0, 1, width + 2, width + 3)
    )
    return (1 - below) * ((1 - right) * here + right * beside) + below * (
        (1 - right) * under + right * across
    )


@keras.saving.register_keras_serializable("benchmarks")
class RandomDistortion(keras.layers.Layer):
    """In training, each image is distorted differently each time.

    Float [n,h,w,c] to the same shape, 0 being the background.

    Turned by up to `rotation` degrees, scaled in height and in width by up to the fraction `scaling`,
    shifted by up to the fraction `shift` of its side, each uniform in both directions; and every pixel
    moved by a field of uniform noise in [-1, 1], smoothed over `sigma` pixels and multiplied by `alpha`.
    """

    def __init__(
        self,
        rotation: float = 15.0,
        scaling: float = 0.15,
        shift: float = 0.05,
        alpha: float = 36.0,
        sigma: float = 6.0,
        seed: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.rotation, self.scaling, self.shift, self.alpha, self.sigma = (
            rotation,
            scaling,
            shift,
            alpha,
            sigma,
        )
        self.random = keras.random.SeedGenerator(seed)

    def call(self, images: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        if not training:
            return images
        n, (height, width) = ops.shape(images)[0], images.shape[1:3]
        angle = self.uniform((n, 1, 1), math.radians(self.rotation))
        scale = 1.0 + self.uniform((2, n, 1, 1), self.scaling)
        shift = self.uniform((2, n, 1, 1), self.shift)
        field = self.alpha * self.uniform((2, n, height, width), 1.0)
        field = ops.matmul(ops.matmul(blur(height, self.sigma), field), blur(width, self.sigma))
        rows = ops.arange(height, dtype="float32")[:, None] - (height - 1) / 2
        columns = ops.arange(width, dtype="float32") - (width - 1) / 2
        turned = (
            ops.cos(angle) * rows - ops.sin(angle) * columns,
            ops.sin(angle) * rows + ops.cos(angle) * columns,
        )
        rows = turned[0] / scale[0] + (height - 1) / 2 + height * shift[0] + field[0]
        columns = turned[1] / scale[1] + (width - 1) / 2 + width * shift[1] + field[1]
        return resample(images, rows, columns)

    def uniform(self, shape: Any, most: float) -> Any:
        """Independent numbers between -most and most, float32."""
        return keras.random.uniform(shape, -most, most, dtype="float32", seed=self.random)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        strengths = {
            "rotation": self.rotation,
            "scaling": self.scaling,
            "shift": self.shift,
            "alpha": self.alpha,
            "sigma": self.sigma,
        }
        return {**super().get_config(), **strengths}
