"""Stochastic binary units."""

from typing import Any

from keras import ops

from benchmarks.layers.units import draws


def sample(mean: Any, seed: Any) -> Any:
    """States of 0 and 1, in the shape and dtype of `mean`, which says how likely 1 is; `seed` is Keras'."""
    return ops.cast(draws.uniform(mean.shape, seed, mean.dtype) < mean, mean.dtype)
