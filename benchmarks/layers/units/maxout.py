"""Maxout units: each takes the largest of several linear functions of its input."""

from typing import Any

import keras
from keras import ops


class Maxout(keras.layers.Layer):
    """max over `pieces` of x W + b: [n, d] -> [n, units]. Goodfellow et al., "Maxout networks" (2013)."""

    def __init__(
        self, units: int, pieces: int, kernel_initializer: Any = "glorot_uniform", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.pieces = pieces
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Make `kernel` [d, units * pieces], a unit's pieces side by side, and `bias`."""
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units * self.pieces),
            initializer=self.kernel_initializer,
            name="kernel",
        )
        self.bias = self.add_weight(shape=(self.units * self.pieces,), initializer="zeros", name="bias")

    def call(self, x: Any) -> Any:
        """The activations [n, units]."""
        linear = ops.matmul(x, self.kernel) + self.bias
        return ops.max(ops.reshape(linear, (-1, self.units, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, int]) -> tuple[int | None, int]:
        """[n, units]."""
        return (input_shape[0], self.units)
