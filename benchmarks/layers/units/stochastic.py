"""Stochastic binary units."""

import math
from typing import Any

import keras
from keras import ops


def sample(mean: Any, seed: Any) -> Any:
    """States of 0 and 1, in the shape and dtype of `mean`, which says how likely 1 is; `seed` is Keras'.

    The numbers are drawn in two halves: on TensorFlow XLA works a single draw into whatever uses it, and then
    computes it once for every number, which is many times slower.
    """
    half = (-(-math.prod(mean.shape) // 2),)
    halves = [keras.random.uniform(half, dtype=mean.dtype, seed=seed) for _ in range(2)]
    uniform = ops.concatenate(halves)[: math.prod(mean.shape)]
    return ops.cast(ops.reshape(uniform, mean.shape) < mean, mean.dtype)
