"""Dropout inside a compiled learning step."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.units import draws


class Dropout(keras.layers.Dropout):
    """Keras' dropout, each unit of each example by itself, with its random numbers from `draws`."""

    def __init__(self, rate: float, **options: Any) -> None:
        super().__init__(rate, **options)
        if self.noise_shape is not None:
            raise ValueError(f"noise_shape is {self.noise_shape}; leave it out: units drop out by themselves")

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Inputs [n, ...]; in training a share `rate` of them is 0, and the others are larger to match."""
        if not training or not self.rate:
            return inputs
        kept = draws.uniform(inputs.shape, self.seed_generator) >= self.rate
        return ops.where(kept, inputs / (1.0 - self.rate), ops.zeros_like(inputs))
