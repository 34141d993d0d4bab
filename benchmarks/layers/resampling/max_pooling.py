"""Max pooling that a GPU repeats to the bit.

The gradient of the libraries' own pooling scatters. On a GPU, where runs must be reproducible, XLA makes a
serial loop of that, or refuses it. There the pooling is made of slices and comparisons; on a processor,
where slices cost TensorFlow twice the time of a whole step of LeNet-5, it is the library's. Both give a
window's gradient to its maximum, the first one if several are equal.
"""

from typing import Any

import keras

from benchmarks.layers import device
from benchmarks.layers.resampling.unpooling import max_pool


@keras.saving.register_keras_serializable("benchmarks")
class MaxPooling2D(keras.layers.MaxPooling2D):
    """Keras' MaxPooling2D of float [n,h,w,c], for square windows: the same numbers, on a GPU by slices."""

    def __init__(
        self, pool_size: int = 2, strides: int | None = None, padding: str = "valid", **options: Any
    ) -> None:
        super().__init__(pool_size, strides, padding, **options)

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        if not device.on_gpu():
            return super().call(x)
        return max_pool(x, self.pool_size[0], self.strides[0], self.padding)[0]
