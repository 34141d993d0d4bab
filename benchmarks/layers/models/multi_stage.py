"""The parts of a stage of Jarrett et al. 2009 that Keras lacks: filter bank F_CSG, contrast normalisation N.

Jarrett, Kavukcuoglu, Ranzato, LeCun, "What is the best multi-stage architecture for object recognition?",
ICCV 2009, section 2. Rectification R_abs is `ops.abs`, pooling P_A is `AveragePooling2D`.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.look_up import spread

#: The seed of the connections. They are part of the architecture, and so the same in every run.
CONNECTIONS = 2009


def connections(inputs: int, outputs: int, each: int) -> np.ndarray:
    """Which input maps each output map sees, `each` of them at random: 0 or 1, float32 [inputs, outputs]."""
    rng = np.random.default_rng(CONNECTIONS)
    table = np.zeros((inputs, outputs), "float32")
    for output in range(outputs):
        table[rng.permutation(inputs)[:each], output] = 1.0
    return table


@keras.saving.register_keras_serializable("benchmarks")
class FilterBank(keras.layers.Layer):
    """y_j = g_j tanh(Σ_i k_ij * x_i): float [n,h,w,inputs] to [n,h-size+1,w-size+1,maps].

    The sum runs over the `each` input maps that output map j sees. `kernel` [size,size,each,maps] and the
    gains `gain` [maps] are trained; there is no bias. Kernels start uniform within ±√(3/fan-in), gains at 1.
    """

    trait = "convolution"

    def __init__(self, maps: int, size: int, each: int, **options: Any) -> None:
        super().__init__(**options)
        self.maps, self.size, self.each = maps, size, each

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        bound = math.sqrt(3 / (self.size**2 * self.each))
        start = keras.initializers.RandomUniform(-bound, bound)
        self.kernel = self.add_weight(
            name="kernel", shape=(self.size, self.size, self.each, self.maps), initializer=start
        )
        self.gain = self.add_weight(name="gain", shape=(self.maps,), initializer="ones")
        self.table = connections(input_shape[-1], self.maps, self.each)
        self.seen = np.stack([np.flatnonzero(column) for column in self.table.T], axis=1)  # [each, maps]
        # Where each pair (input map, output map) finds its kernel; absent pairs find zeros.
        self.place = np.full((input_shape[-1], self.maps), self.each * self.maps, "int32")
        for number, output in np.ndindex(self.each, self.maps):
            self.place[self.seen[number, output], output] = number * self.maps + output

    def set_filters(self, filters: np.ndarray, gains: np.ndarray) -> None:
        """Set filters [size² inputs, maps], of which only connected pairs of maps count, and gains [maps]."""
        dense = filters.reshape(self.size, self.size, -1, self.maps)
        self.kernel.assign(np.take_along_axis(dense, self.seen[None, None], axis=2))
        self.gain.assign(gains)

    def dense_kernel(self) -> Any:
        """The kernels, zero between maps that are not connected: [size,size,inputs,maps]."""
        if len(self.place) == self.each:
            return ops.convert_to_tensor(self.kernel)
        return spread(ops.reshape(self.kernel, (self.size, self.size, -1)), self.place)

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.cast(self.gain, x.dtype) * ops.tanh(
            ops.conv(x, ops.cast(self.dense_kernel(), x.dtype), padding="valid")
        )

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, _ = input_shape
        return (n, height - self.size + 1, width - self.size + 1, self.maps)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "maps": self.maps, "size": self.size, "each": self.each}


@keras.saving.register_keras_serializable("benchmarks")
class LocalContrastNormalization(keras.layers.Layer):
    """v = x - Σ w x, then y = v / max(c, σ) with σ = √(Σ w v²): float [n,h,w,maps] to the same shape.

    Sums run over all maps and a window of `size` x `size`. w is a Gaussian whose standard deviation is a
    quarter of the window; it adds up to 1 over window and maps, and at the border over the part inside the
    image. c is the mean of σ over each image. A feature thus competes with its neighbours in the same place
    and around it.
    """

    trait = "convolution"

    def __init__(self, size: int = 9, **options: Any) -> None:
        super().__init__(**options)
        self.size = size

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the window's weights along rows and columns for inputs of this shape."""
        window = np.exp(-0.5 * ((np.arange(self.size) - (self.size - 1) / 2) / (self.size / 4)) ** 2)
        self.along = []
        for side in input_shape[1:3]:
            weight = np.zeros((side, side))
            for row, column in np.ndindex(side, side):
                offset = column - row + (self.size - 1) // 2
                weight[row, column] = window[offset] if 0 <= offset < self.size else 0.0
            self.along.append((weight / weight.sum(axis=1, keepdims=True)).astype("float32"))

    def blur(self, x: Any) -> Any:
        """Σ w x: float [n,h,w,maps] to [n,h,w,1]."""
        rows, columns = (ops.cast(weight, x.dtype) for weight in self.along)
        mean = ops.mean(x, axis=-1)
        return ops.matmul(ops.matmul(rows, mean), ops.transpose(columns))[..., None]

    def call(self, x: Any) -> Any:
        """The output, of the shape of `x`."""
        v = x - self.blur(x)
        # The slope of the root is infinite at 0, where an image is blank.
        deviation = ops.sqrt(ops.maximum(self.blur(ops.square(v)), 1e-8))
        return v / ops.maximum(deviation, ops.mean(deviation, axis=(1, 2, 3), keepdims=True))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "size": self.size}
