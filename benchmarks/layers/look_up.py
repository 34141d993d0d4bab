"""Look-ups whose gradients need no scattering.

The gradient of a look-up adds to the places that were looked up, and a place may be named twice. On a GPU
the order of these additions is not fixed; to make it reproducible, XLA turns them into a serial loop, one
iteration per index. So where each place is named at most once, the gradient is itself a look-up; choosing
one of a few is a product with zeros and a one; and rows of a table, each named any number of times, are
sorted and summed by doubling.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers import device


def chosen(x: Any, index: Any) -> Any:
    """x[..., index]: float [...,k] and whole numbers [...] to float [...]."""
    return ops.sum(x * ops.one_hot(index, x.shape[-1], dtype=x.dtype), axis=-1)


def spread(x: Any, place: np.ndarray) -> Any:
    """x[..., place] for an array of whole numbers, with 0 where `place` is k.

    Float [...,k] to [...,*place.shape]. Each of the k places must be named exactly once; otherwise it
    raises ValueError.
    """
    count = x.shape[-1]
    origin = np.flatnonzero(place.ravel() < count)
    origin = origin[np.argsort(place.ravel()[origin])].astype("int32")
    if not np.array_equal(place.ravel()[origin], np.arange(count)):
        raise ValueError(f"spread: each of the {count} places must be named exactly once")

    @ops.custom_gradient
    def look_up(x: Any) -> Any:
        taken = ops.take(ops.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, 1)]), place.ravel(), axis=-1)
        return taken, lambda upstream: ops.take(upstream, origin, axis=-1)

    flat = look_up(_value(x))
    return ops.reshape(flat, (*flat.shape[:-1], *place.shape))


def rows(table: Any, index: Any) -> Any:
    """The rows of a table that are named: float [k,width] and whole numbers [...] to float [...,width]."""
    if not device.on_gpu():
        return ops.take(table, index, axis=0)

    @ops.custom_gradient
    def look_up(table: Any) -> Any:
        return ops.take(table, index, axis=0), lambda upstream: summed(upstream, index, table.shape[0])

    return look_up(_value(table))


def _value(x: Any) -> Any:
    """The value of what may be a variable, of which TensorFlow's own gradients want to know more."""
    return ops.reshape(x, x.shape)


def summed(x: Any, index: Any, count: int) -> Any:
    """For each of `count` rows, the sum of those x that name it.

    Float [...,width] and whole numbers [...] to float [count,width].
    """
    width, dtype = x.shape[-1], x.dtype
    index = ops.cast(ops.reshape(index, (-1,)), "int32")
    order = ops.argsort(index)
    index = ops.take(index, order, axis=0)
    # After a round each number holds the sum of twice as many before it, as far as they name the same row.
    total = ops.cast(
        ops.take(ops.reshape(x, (-1, width)), order, axis=0),
        "float64" if "float64" in str(dtype) else "float32",
    )
    reach = 1
    while reach < index.shape[0]:
        same = ops.cast(index[reach:] == index[:-reach], total.dtype)[:, None]
        total = total + ops.pad(same * total[:-reach], ((reach, 0), (0, 0)))
        reach *= 2
    last = ops.searchsorted(index, ops.arange(count, dtype="int32"), side="right") - 1
    last = ops.maximum(last, 0)
    named = ops.take(index, last, axis=0) == ops.arange(count, dtype="int32")
    return ops.cast(ops.where(named[:, None], ops.take(total, last, axis=0), 0.0), dtype)


@keras.saving.register_keras_serializable("benchmarks")
class Embedding(keras.layers.Embedding):
    """Keras' Embedding, whose table is looked up by `rows`: int32 [...] to float [...,output_dim]."""

    def call(self, inputs: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.cast(rows(ops.convert_to_tensor(self.embeddings), inputs), self.compute_dtype)
