"""Convolutions that do not see what comes later: van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel
recurrent neural networks" (2016), section 3.4."""

from typing import Any

import keras
import numpy as np
from keras import ops


def mask(size: int, kind: str) -> np.ndarray:
    """float32 [size, size]: 1 in the rows above and to the left in the middle row; in the middle itself 0
    if `kind` is "A", 1 if it is "B". `size` is odd."""
    ones = np.zeros((size, size), "float32")
    ones[: size // 2] = 1.0
    ones[size // 2, : size // 2 + (kind == "B")] = 1.0
    return ones


class MaskedConvolution(keras.layers.Layer):
    """A convolution [n, h, w, c] -> [n, h, w, filters] at the same places, whose kernel is masked.

    Mask "A" hides the pixel itself, as the first layer must; "B" shows what earlier layers made of it.
    """

    def __init__(self, filters: int, size: int, kind: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if kind not in ("A", "B"):
            raise ValueError(f"mask is {kind!r}; it must be A or B")
        self.filters = filters
        self.mask = mask(size, kind)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make `kernel` [size, size, c, filters] and `bias` [filters]; hidden weights start as they may."""
        shape = (*self.mask.shape, input_shape[-1], self.filters)
        self.kernel = self.add_weight(shape=shape, initializer="he_normal", name="kernel")
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, x: Any) -> Any:
        """The sums, without an activation."""
        kernel = ops.cast(self.kernel, x.dtype) * ops.cast(self.mask[:, :, None, None], x.dtype)
        sums = ops.conv(x, kernel, padding="same", data_format="channels_last")
        return sums + ops.cast(self.bias, x.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """[n, h, w, filters]."""
        return (*input_shape[:-1], self.filters)

    def free_parameters(self) -> int:
        """Without the weights that the mask hides."""
        return int(self.mask.sum()) * self.kernel.shape[2] * self.filters + self.filters
