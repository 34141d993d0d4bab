"""Symbols as units of which one is on."""

from typing import Any

import keras
from keras import ops


class OneHot(keras.layers.Layer):
    """One unit for each of `symbols`: int32 [...] to float [..., symbols], also for sequences of length 1."""

    def __init__(self, symbols: int, **options: Any) -> None:
        super().__init__(**options)
        self.symbols = symbols

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape, self.symbols)

    def compute_output_spec(self, inputs: Any) -> keras.KerasTensor:
        """Of the type in which the layer computes, whatever the type of the symbols."""
        return keras.KerasTensor((*inputs.shape, self.symbols), self.compute_dtype)

    def call(self, inputs: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.one_hot(inputs, self.symbols, dtype=self.compute_dtype)
