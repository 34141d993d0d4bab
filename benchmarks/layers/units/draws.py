"""Random numbers of any shape, drawn inside a learning step.

The numbers are drawn in two halves: on TensorFlow XLA works a single draw into whatever uses it, and then
computes it once for every number, which is many times slower.
"""

import math
from collections.abc import Callable
from typing import Any

import keras
from keras import ops


def uniform(shape: tuple[int, ...], seed: Any, dtype: str = "float32") -> Any:
    """Numbers of this `shape` and `dtype`, evenly spread over [0, 1); `seed` is Keras'."""
    return _in_halves(keras.random.uniform, shape, seed, dtype)


def normal(shape: tuple[int, ...], seed: Any, dtype: str = "float32") -> Any:
    """Numbers of this `shape` and `dtype` of a standard normal distribution; `seed` is Keras'."""
    return _in_halves(keras.random.normal, shape, seed, dtype)


def _in_halves(draw: Callable[..., Any], shape: tuple[int, ...], seed: Any, dtype: str) -> Any:
    half = (-(-math.prod(shape) // 2),)
    halves = [draw(half, dtype=dtype, seed=seed) for _ in range(2)]
    return ops.reshape(ops.concatenate(halves)[: math.prod(shape)], shape)
