"""Highway layers: a gate decides, unit by unit, how much is transformed and how much is carried through.

y = H(x) T(x) + x (1 - T(x)), equation 3 of Srivastava, Greff, Schmidhuber, "Training very deep networks"
(2015). H is a usual layer, and T, the transform gate, one of logistic units.
"""

import math
from typing import Any

import keras
from keras import ops

from benchmarks.layers.recurrent.scan import scan
from benchmarks.layers.resampling.max_pooling import MaxPooling2D
from benchmarks.layers.resampling.overlapping_pooling import overlapping_pooling

ACTIVATIONS = {"relu": ops.relu, "tanh": ops.tanh}
#: The variance of the weights, over one for each input: twice as large for rectifiers, which pass half.
GAINS = {"relu": 2.0, "tanh": 1.0}


@keras.saving.register_keras_serializable("benchmarks")
class ThinStack(keras.layers.Layer):
    """`depth` layers of one width d, highway layers or (`gated` False) plain ones: [n, d] to the same.

    They are run in a loop, so that compiling takes as long for a hundred layers as for one; the step is that
    of a small dense net all the same, and has no `trait`. Weights are `kernel` [depth, d, d] and `bias`
    [depth, d] of H, and `gate_kernel` and `gate_bias` of T. All kernels are drawn from a normal distribution
    whose variance is 1 / d, or 2 / d for rectifiers; for square layers these are Glorot's and He's. Biases of
    H start at 0, those of T at `gate_start`.
    """

    def __init__(
        self,
        depth: int,
        activation: str = "relu",
        gated: bool = True,
        gate_start: float = -2.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.depth, self.activation = depth, activation
        self.gated, self.gate_start = gated, gate_start

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        units = input_shape[-1]
        deviation = math.sqrt(GAINS[self.activation] / units)

        def kernel(name: str) -> Any:
            start = keras.initializers.RandomNormal(0.0, deviation)
            return self.add_weight(name=name, shape=(self.depth, units, units), initializer=start)

        def bias(name: str, value: float) -> Any:
            start = keras.initializers.Constant(value)
            return self.add_weight(name=name, shape=(self.depth, units), initializer=start)

        self.kernel, self.bias = kernel("kernel"), bias("bias", 0.0)
        if self.gated:
            self.gate_kernel, self.gate_bias = kernel("gate_kernel"), bias("gate_bias", self.gate_start)

    def run(self, x: Any) -> tuple[Any, Any]:
        """The output [n, d], and what each layer shows [n, depth, d]: its gates, or its output if plain."""
        act = ACTIVATIONS[self.activation]

        def step(x: Any, weights: list[Any]) -> tuple[Any, Any]:
            kernel, bias, *of_gate = (weight[0] for weight in weights)
            y = act(ops.matmul(x, kernel) + bias)
            if not of_gate:
                return y, y
            gate = ops.sigmoid(ops.matmul(x, of_gate[0]) + of_gate[1])
            return y * gate + x * (1.0 - gate), gate

        # The loop goes through weights as a recurrent layer goes through moments, those of "one example".
        weights = [ops.cast(weight, x.dtype)[None] for weight in self.trainable_weights]
        return scan(step, x, weights)

    def call(self, x: Any) -> Any:
        """The output of the last layer, [n, d]."""
        return self.run(x)[0]

    def gates(self, x: Any) -> Any:
        """The transform gates of all layers for inputs x [n, d], each between 0 and 1: [n, depth, d]."""
        return self.run(x)[1]

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "depth": self.depth,
            "activation": self.activation,
            "gated": self.gated,
            "gate_start": self.gate_start,
        }


@keras.saving.register_keras_serializable("benchmarks")
class HighwayConvolution(keras.layers.Layer):
    """A highway layer whose H and T are convolutions of `size` x `size`: [n,h,w,maps] to the same.

    H is rectified, and the image is padded with zeros. Weights start uniform, with a variance of one over
    the number of inputs to a unit, as the authors' Caffe has it. Biases of H start at 0, those of T at
    `gate_start`. Weights of either have the penalty `decay` / 2 times their squares.
    """

    def __init__(self, size: int = 3, gate_start: float = -1.0, decay: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.size, self.gate_start, self.decay = size, gate_start, decay

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make `transform` and `gate` for inputs of this shape."""
        self.transform = self._filters(input_shape[-1], "relu", 0.0, "transform")
        self.gate = self._filters(input_shape[-1], "sigmoid", self.gate_start, "gate")
        self.transform.build(input_shape)
        self.gate.build(input_shape)

    def _filters(self, maps: int, activation: str, bias: float, name: str) -> Any:
        """H or T."""
        return keras.layers.Conv2D(
            maps,
            self.size,
            padding="same",
            activation=activation,
            kernel_initializer=keras.initializers.VarianceScaling(1.0, "fan_in", "uniform"),
            bias_initializer=keras.initializers.Constant(bias),
            kernel_regularizer=keras.regularizers.L2(self.decay / 2),
            name=name,
        )

    def call(self, x: Any) -> Any:
        """The output, of the shape of `x`."""
        gate = self.gate(x)
        return self.transform(x) * gate + x * (1.0 - gate)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "size": self.size,
            "gate_start": self.gate_start,
            "decay": self.decay,
        }


def convolutional(maps: int, gate_start: float, decay: float, classes: int) -> list[Any]:
    """The layers of the authors' convolutional net for MNIST, for images [n,28,28,1].

    A layer of 5x5 filters, eight highway layers of 3x3 in three groups, each pooled, and the output; dropout
    before every group and before the output. Its definition is mnist_network.prototxt of github
    flukeskywalker/highway-networks.
    """
    layers = [
        keras.layers.Dropout(0.2),
        keras.layers.Conv2D(
            maps,
            5,
            activation="relu",
            kernel_initializer=keras.initializers.VarianceScaling(1.0, "fan_in", "uniform"),
            kernel_regularizer=keras.regularizers.L2(decay / 2),
        ),
    ]
    for highways, pooling, dropped in (
        (2, overlapping_pooling(24), 0.3),
        (3, overlapping_pooling(12), 0.4),
        (3, MaxPooling2D(2), 0.5),
    ):
        layers += [HighwayConvolution(3, gate_start, decay) for _ in range(highways)]
        layers += [pooling, keras.layers.Dropout(dropped)]
    output = keras.layers.Dense(
        classes,
        kernel_initializer=keras.initializers.RandomNormal(0.0, 0.1),
        kernel_regularizer=keras.regularizers.L2(10 * decay / 2),
        name="output",
    )
    return [*layers, keras.layers.Flatten(), output]
