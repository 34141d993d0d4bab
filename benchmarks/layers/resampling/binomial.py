"""Images doubled and halved with the smooth filter [1, 3, 3, 1] along either axis.

Karras et al., "Analyzing and improving the image quality of StyleGAN" (2020), where both nets resample with
it. What lies outside of an image is 0. All is made of slices, sums and stacking, whose gradients scatter
nowhere.
"""

from typing import Any

import keras
from keras import ops


def _padded(x: Any, axis: int, before: int, after: int) -> Any:
    widths = [(0, 0)] * len(x.shape)
    widths[axis] = (before, after)
    return ops.pad(x, widths)


def _part(x: Any, axis: int, first: int, last: int, step: int = 1) -> Any:
    return x[(*(slice(None) for _ in range(axis)), slice(first, last, step))]


def doubled(x: Any, margin: int = 0) -> Any:
    """Images x [n, h, w, c] as [n, 2h + 2 margin, 2w + 2 margin, c], of the same mean brightness.

    A new pixel takes three quarters of the nearer of the old ones and a quarter of the next. `margin` is 0 or
    1: with 1 the image has one more pixel on each side, into which the outermost old ones reach.
    """
    for axis in (1, 2):
        # 3/4 and 1/4 of neighbours, of which the outermost are the zeros outside.
        length = x.shape[axis]
        padded = _padded(x, axis, 1, 1)
        left, right = (_part(padded, axis, first, first + length + 1) for first in (0, 1))
        # Between neighbours lie two new pixels: pairs [length + 1, 2], of which the outermost belong to the
        # margin.
        pairs = ops.stack([0.75 * left + 0.25 * right, 0.25 * left + 0.75 * right], axis=axis + 1)
        shape = [*x.shape]
        shape[axis] = 2 * length + 2
        x = ops.reshape(pairs, [-1, *shape[1:]])
        if not margin:
            x = _part(x, axis, 1, 2 * length + 1)
    return x


def blurred(x: Any) -> Any:
    """Images x [n, h, w, c] as [n, h + 1, w + 1, c]: weighted means of the 4x4 pixels around each corner."""
    for axis in (1, 2):
        length = x.shape[axis]
        padded = _padded(x, axis, 2, 2)
        a, b, c, d = (_part(padded, axis, first, first + length + 1) for first in range(4))
        x = 0.125 * (a + d) + 0.375 * (b + c)
    return x


def halved(x: Any) -> Any:
    """Images x [n, h, w, c] of even sides as [n, h/2, w/2, c]: weighted means of 4x4 pixels, 2 apart."""
    for axis in (1, 2):
        length = x.shape[axis]
        padded = _padded(x, axis, 1, 1)
        a, b, c, d = (_part(padded, axis, first, first + length - 1, 2) for first in range(4))
        x = 0.125 * (a + d) + 0.375 * (b + c)
    return x


@keras.saving.register_keras_serializable("benchmarks")
class Doubling(keras.layers.Layer):
    """`doubled` as a layer, without a margin."""

    def call(self, x: Any) -> Any:
        """The output, of the shape that the function says."""
        return doubled(x)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, channels = input_shape
        return (n, 2 * height, 2 * width, channels)


@keras.saving.register_keras_serializable("benchmarks")
class Blur(keras.layers.Layer):
    """`blurred` as a layer, before a convolution that takes every second pixel."""

    def call(self, x: Any) -> Any:
        """The output, of the shape that the function says."""
        return blurred(x)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, channels = input_shape
        return (n, height + 1, width + 1, channels)


@keras.saving.register_keras_serializable("benchmarks")
class Halving(keras.layers.Layer):
    """`halved` as a layer."""

    def call(self, x: Any) -> Any:
        """The output, of the shape that the function says."""
        return halved(x)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, channels = input_shape
        return (n, height // 2, width // 2, channels)
