"""Characters set upright: the deslanted images of the 1998 comparison of digit readers.

LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition" (1998), section
III.A: from the second moments of inertia of the pixels, the foreground counting as 1 and the background as 0,
the image is sheared by shifting its lines horizontally so that the principal axis is vertical.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.image.distortion import resample


def slant(images: Any) -> tuple[Any, Any]:
    """The slant of each image [n,h,w,c], in columns per row, and the row of its centre of mass: float32 [n].

    With y and x counted from the centre of mass, the slant is the sum of y x over that of y², each pixel
    counting as much as its values add up to. Blank images, and lines without height, have a slant of 0.
    """
    mass = ops.sum(ops.cast(images, "float32"), axis=-1)
    height, width = images.shape[1:3]
    rows, columns = ops.arange(height, dtype="float32"), ops.arange(width, dtype="float32")
    whole = ops.maximum(ops.sum(mass, axis=(1, 2)), 1e-6)
    middle = ops.sum(ops.sum(mass, axis=2) * rows, axis=1) / whole
    centre = ops.sum(ops.sum(mass, axis=1) * columns, axis=1) / whole
    y, x = rows - middle[:, None], columns - centre[:, None]
    mixed = ops.sum(mass * y[:, :, None] * x[:, None, :], axis=(1, 2))
    upright = ops.sum(mass * ops.square(y)[:, :, None], axis=(1, 2))
    return mixed / ops.maximum(upright, 1e-3 * whole), middle


@keras.saving.register_keras_serializable("benchmarks")
class Deslanting(keras.layers.Layer):
    """Shifts the lines of each image horizontally until it is upright: the second mixed moment becomes 0.

    [n,h,w,c] of any type, 0 being paper, to float of the same shape. Grey pixels count in proportion. The
    line of the centre of mass stays where it is; between pixels the shift is linear, which keeps the moments,
    apart from ink that leaves the image.
    """

    def call(self, images: Any) -> Any:
        """The output, of the shape that the class says."""
        images = ops.cast(images, self.compute_dtype)
        height, width = images.shape[1:3]
        slope, middle = slant(images)
        rows = ops.arange(height, dtype="float32")[:, None]
        columns = ops.arange(width, dtype="float32") + slope[:, None, None] * (rows - middle[:, None, None])
        return resample(images, rows, columns)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape
