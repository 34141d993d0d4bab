"""One stage of Jarrett et al. 2009: filter bank F_CSG, rectification R_abs, local contrast normalisation N,
pooling P_A.

Jarrett, Kavukcuoglu, Ranzato, LeCun, "What is the best multi-stage architecture for object recognition?",
ICCV 2009, section 2. Rectification and pooling are Keras' own: `ops.abs`, `AveragePooling2D`.
"""

import math

import keras
import numpy as np
from keras import ops

from benchmarks.layers.look_up import spread

#: The seed of the connections, which are part of the architecture: the same in every run.
CONNECTIONS = 2009


def connections(inputs: int, outputs: int, each: int) -> np.ndarray:
    """Which `each` of the input maps an output map sees, drawn once: 0 or 1, float32 [inputs, outputs]."""
    rng = np.random.default_rng(CONNECTIONS)
    table = np.zeros((inputs, outputs), "float32")
    for output in range(outputs):
        table[rng.permutation(inputs)[:each], output] = 1.0
    return table


@keras.saving.register_keras_serializable("benchmarks")
class FilterBank(keras.layers.Layer):
    """y_j = g_j tanh(Σ_i k_ij * x_i): float [n,h,w,inputs] to [n,h-size+1,w-size+1,maps].

    The sum is over the `each` input maps that output map j sees. Trained are `kernel` [size,size,each,maps]
    and the gains `gain` [maps]; there is no bias. Kernels are drawn uniformly, within ±√(3/fan-in), gains
    start at 1.
    """

    trait = "convolution"

    def __init__(self, maps: int, size: int, each: int, **options) -> None:
        super().__init__(**options)
        self.maps, self.size, self.each = maps, size, each

    def build(self, input_shape) -> None:
        bound = math.sqrt(3 / (self.size**2 * self.each))
        start = keras.initializers.RandomUniform(-bound, bound)
        self.kernel = self.add_weight(
            name="kernel", shape=(self.size, self.size, self.each, self.maps), initializer=start
        )
        self.gain = self.add_weight(name="gain", shape=(self.maps,), initializer="ones")
        self.table = connections(input_shape[-1], self.maps, self.each)
        self.seen = np.stack([np.flatnonzero(column) for column in self.table.T], axis=1)  # [each, maps]
        # Where each pair of an input and an output map finds its kernel; a pair without one finds zeros.
        self.place = np.full((input_shape[-1], self.maps), self.each * self.maps, "int32")
        for number, output in np.ndindex(self.each, self.maps):
            self.place[self.seen[number, output], output] = number * self.maps + output

    def set_filters(self, filters: np.ndarray, gains: np.ndarray) -> None:
        """Take these filters [size² inputs, maps], where maps are connected, and gains [maps]."""
        dense = filters.reshape(self.size, self.size, -1, self.maps)
        self.kernel.assign(np.take_along_axis(dense, self.seen[None, None], axis=2))
        self.gain.assign(gains)

    def dense_kernel(self):
        """The kernels with zeros where maps are not connected: [size,size,inputs,maps]."""
        if len(self.place) == self.each:
            return ops.convert_to_tensor(self.kernel)
        return spread(ops.reshape(self.kernel, (self.size, self.size, -1)), self.place)

    def call(self, x):
        return ops.cast(self.gain, x.dtype) * ops.tanh(
            ops.conv(x, ops.cast(self.dense_kernel(), x.dtype), padding="valid")
        )

    def compute_output_shape(self, input_shape):
        n, height, width, _ = input_shape
        return (n, height - self.size + 1, width - self.size + 1, self.maps)

    def get_config(self):
        return {**super().get_config(), "maps": self.maps, "size": self.size, "each": self.each}


@keras.saving.register_keras_serializable("benchmarks")
class LocalContrastNormalization(keras.layers.Layer):
    """v = x - Σ w x, then y = v / max(c, σ) with σ = √(Σ w v²); sums over all maps and a `size` x `size`
    window.

    Float [n,h,w,maps] to the same shape. w is a Gaussian with a standard deviation of a quarter of the window
    that adds up to 1 over window and maps, at the border over the part that lies inside. c is the mean of σ
    over each image. What a feature is worth thus depends on what its neighbours, in place and among the
    features, say.
    """

    trait = "convolution"

    def __init__(self, size: int = 9, **options) -> None:
        super().__init__(**options)
        self.size = size

    def build(self, input_shape) -> None:
        window = np.exp(-0.5 * ((np.arange(self.size) - (self.size - 1) / 2) / (self.size / 4)) ** 2)
        self.along = []
        for side in input_shape[1:3]:
            weight = np.zeros((side, side))
            for row, column in np.ndindex(side, side):
                offset = column - row + (self.size - 1) // 2
                weight[row, column] = window[offset] if 0 <= offset < self.size else 0.0
            self.along.append((weight / weight.sum(axis=1, keepdims=True)).astype("float32"))

    def blur(self, x):
        """Σ w x: float [n,h,w,maps] to [n,h,w,1]."""
        rows, columns = (ops.cast(weight, x.dtype) for weight in self.along)
        mean = ops.mean(x, axis=-1)
        return ops.matmul(ops.matmul(rows, mean), ops.transpose(columns))[..., None]

    def call(self, x):
        v = x - self.blur(x)
        # The slope of the root is infinite at 0, where an image is blank.
        deviation = ops.sqrt(ops.maximum(self.blur(ops.square(v)), 1e-8))
        return v / ops.maximum(deviation, ops.mean(deviation, axis=(1, 2, 3), keepdims=True))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "size": self.size}
