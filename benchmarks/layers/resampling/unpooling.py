"""Max pooling that remembers where each maximum was, and the unpooling that puts values back there.

Zeiler, Fergus, "Visualizing and understanding convolutional networks" (2013), section 2.1: the switches.
Noh et al., "Learning deconvolution network for semantic segmentation" (2015), section 3.2.1: unpooling as a
layer that is trained through. Both are made of slices, comparisons and padding alone: the same numbers on
every backend, in every run.
"""

from typing import Any

import keras
from keras import ops


def geometry(length: int, size: int, strides: int, padding: str) -> tuple[int, int, int]:
    """Along one axis: how many windows there are, and how many pixels are added before and after.

    The windows are those of Keras' MaxPooling2D: "valid" leaves incomplete ones out, "same" has one for
    every `strides` pixels, complete or not.
    """
    if padding == "valid":
        return (length - size) // strides + 1, 0, 0
    windows = -(-length // strides)
    added = max((windows - 1) * strides + size - length, 0)
    return windows, added // 2, added - added // 2


def max_pool(x: Any, size: int = 2, strides: int | None = None, padding: str = "valid") -> Any:
    """The maxima [n,h',w',c] of windows of `size` x `size` pixels of x [n,h,w,c], and the switches.

    Switches are int32 [n,h',w',c]: size * row + column of the maximum within its window, of the first one
    where several are equal. The gradient goes to that pixel alone. `strides` is `size` unless given;
    windows may overlap.
    """
    strides = strides or size
    (rows, *vertical), (columns, *horizontal) = (
        geometry(length, size, strides, padding) for length in x.shape[1:3]
    )
    if any((*vertical, *horizontal)):
        x = ops.pad(x, ((0, 0), tuple(vertical), tuple(horizontal), (0, 0)), constant_values=-1e30)
    best = switches = None
    for position in range(size * size):
        row, column = divmod(position, size)
        value = x[
            :,
            row : row + strides * (rows - 1) + 1 : strides,
            column : column + strides * (columns - 1) + 1 : strides,
            :,
        ]
        if best is None:
            best, switches = value, ops.zeros_like(value, dtype="int32")
        else:
            larger = value > best
            best, switches = ops.where(larger, value, best), ops.where(larger, position, switches)
    return best, switches


def unpool(
    y: Any,
    switches: Any,
    shape: tuple[int, int],
    size: int = 2,
    strides: int | None = None,
    padding: str = "valid",
) -> Any:
    """The values y [n,h',w',c] at the pixels that the switches name, in maps [n,*shape,c] of zeros.

    Where windows overlap and name the same pixel, their values are summed: this is the transpose of
    `max_pool` with these switches. `size`, `strides` and `padding` are those of the pooling, `shape` is
    that of its input.
    """
    strides = strides or size
    rows, columns, channels = y.shape[1:]
    before = [geometry(length, size, strides, padding)[1] for length in shape]
    blocks = -(-size // strides)
    maps = None
    # A window is cut into blocks of strides x strides pixels; blocks of the same place do not overlap.
    for down in range(blocks):
        for right in range(blocks):
            at = [
                [
                    ops.where(switches == size * row + column, y, ops.zeros_like(y))
                    if max(row, column) < size
                    else ops.zeros_like(y)
                    for column in range(right * strides, (right + 1) * strides)
                ]
                for row in range(down * strides, (down + 1) * strides)
            ]
            block = ops.stack(
                [ops.stack(line, axis=3) for line in at], axis=2
            )  # [n, h', strides, w', strides, c]
            block = ops.reshape(block, (-1, rows * strides, columns * strides, channels))
            block = _place(block, (down * strides - before[0], right * strides - before[1]), shape)
            maps = block if maps is None else maps + block
    return maps


def _place(block: Any, corner: tuple[int, int], shape: tuple[int, int]) -> Any:
    """Maps of zeros [n,*shape,c] with `block` [n,h,w,c] in it, whose first pixel is at `corner`.

    What is outside is cut off.
    """
    spans, widths = [], [(0, 0)]
    for first, length, whole in zip(corner, block.shape[1:3], shape, strict=True):
        start, stop = max(0, -first), min(length, whole - first)
        spans.append((start, stop))
        widths.append((first + start, whole - first - stop))
    (top, bottom), (left, right) = spans
    return ops.pad(block[:, top:bottom, left:right, :], (*widths, (0, 0)))


@keras.saving.register_keras_serializable("benchmarks")
class MaxPoolingWithSwitches(keras.layers.Layer):
    """`max_pool` as a layer: gives the pooled maps and the switches."""

    def __init__(
        self, size: int = 2, strides: int | None = None, padding: str = "valid", **options: Any
    ) -> None:
        super().__init__(**options)
        self.size, self.strides, self.padding = size, strides or size, padding

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return max_pool(x, self.size, self.strides, self.padding)

    def compute_output_spec(self, x: Any) -> Any:
        """Shape and type of the outputs."""
        n, height, width, channels = x.shape
        rows, columns = (
            geometry(length, self.size, self.strides, self.padding)[0] for length in (height, width)
        )
        shape = (n, rows, columns, channels)
        return keras.KerasTensor(shape, x.dtype), keras.KerasTensor(shape, "int32")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "size": self.size, "strides": self.strides, "padding": self.padding}


@keras.saving.register_keras_serializable("benchmarks")
class MaxUnpooling(keras.layers.Layer):
    """`unpool` as a layer, called with maps and switches; `shape` is height and width before the pooling."""

    def __init__(
        self,
        shape: tuple[int, int],
        size: int = 2,
        strides: int | None = None,
        padding: str = "valid",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.shape, self.size, self.strides, self.padding = (
            (shape[0], shape[1]),
            size,
            strides or size,
            padding,
        )

    def call(self, y: Any, switches: Any) -> Any:
        """The output, of the shape that the class says."""
        return unpool(y, switches, self.shape, self.size, self.strides, self.padding)

    def compute_output_spec(self, y: Any, switches: Any) -> Any:
        """Shape and type of the outputs."""
        return keras.KerasTensor((y.shape[0], *self.shape, y.shape[-1]), y.dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "shape": self.shape,
            "size": self.size,
            "strides": self.strides,
            "padding": self.padding,
        }
