"""Random numbers of any shape, drawn inside a learning step."""

import math
from typing import Any

import keras
from keras import ops


def uniform(shape: tuple[int, ...], seed: Any) -> Any:
    """Float32 numbers of this `shape`, evenly spread over [0, 1); `seed` is Keras'.

    The numbers are drawn in two halves: on TensorFlow XLA works a single draw into whatever uses it, and then
    computes it once for every number, which is many times slower.
    """
    half = (-(-math.prod(shape) // 2),)
    halves = [keras.random.uniform(half, dtype="float32", seed=seed) for _ in range(2)]
    return ops.reshape(ops.concatenate(halves)[: math.prod(shape)], shape)
