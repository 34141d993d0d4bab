"""Images enlarged by a whole factor, bilinearly."""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers import device


def weights(side: int, factor: int) -> np.ndarray:
    """What each pixel of an enlarged line takes from the pixels of the line.

    Float32 [factor * side, side], rows that add up to 1. Pixels are squares, so the centre of new pixel i
    lies at (i + 1/2) / factor - 1/2; beyond the outermost centres the line keeps its last value.
    """
    centres = np.clip((np.arange(factor * side) + 0.5) / factor - 0.5, 0, side - 1)
    return np.maximum(1 - np.abs(centres[:, None] - np.arange(side)), 0).astype("float32")


@keras.saving.register_keras_serializable("benchmarks")
class UpSampling2D(keras.layers.UpSampling2D):
    """Keras' UpSampling2D, bilinear, by one `size` along both axes: float [n,h,w,c] to [n,size*h,size*w,c].

    On a GPU by two matrix products: TensorFlow 2.21 compiled by XLA takes the wrong pixels where `size` is 3.
    """

    def __init__(self, size: int, **options: Any) -> None:
        super().__init__(size, **{"interpolation": "bilinear", **options})

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        if not device.on_gpu():
            return super().call(x)
        rows, columns = (ops.cast(weights(side, self.size[0]), x.dtype) for side in x.shape[1:3])
        return ops.einsum("ih,jw,nhwc->nijc", rows, columns, x)
