"""Noise put on the input, so that a net has to restore what was there."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.units import draws

KINDS = ("blankout", "gaussian")


def corrupt(x: Any, uniform: Any, kind: str, amount: float) -> Any:
    """Add noise to `x`, made of `uniform` numbers in [0, 1) of the same shape.

    "blankout" sets each component to 0 with probability `amount` (masking noise of Vincent et al. 2008, who
    blank a fixed number of components; here the number varies around its mean). "gaussian" adds normal
    noise with a standard deviation of `amount`, without clipping.
    """
    if kind == "blankout":
        return x * ops.cast(uniform >= amount, x.dtype)
    if kind == "gaussian":
        inside = ops.clip(uniform, 1e-7, 1.0 - 1e-7)
        return x + amount * 2.0**0.5 * ops.erfinv(2.0 * inside - 1.0)
    raise ValueError(f"corruption is {kind!r}; it must be one of {', '.join(KINDS)}")


class Corruption(keras.layers.Layer):
    """`corrupt` with fresh noise while training; at other times the input passes unchanged."""

    def __init__(self, kind: str, amount: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind
        self.amount = amount
        self.seed = keras.random.SeedGenerator()
        self.built = True

    def call(self, x: Any, training: bool = False) -> Any:
        """`x` of any shape."""
        if not training:
            return x
        return corrupt(x, draws.uniform(x.shape, self.seed, x.dtype), self.kind, self.amount)
