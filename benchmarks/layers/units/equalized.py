"""Layers with an equalised learning rate: weights start with variance 1 and are scaled where they are used.

Karras et al., "Progressive growing of GANs" (2017), section 4.1: Adam's steps do not depend on the scale of a
gradient, so that all weights learn at the same speed only if they are of the same size. The multiplier of the
rate is that of Karras et al., "A style-based generator architecture for generative adversarial networks"
(2018), appendix C.
"""

import math
from typing import Any

import keras
from keras import ops


def activate(x: Any) -> Any:
    """A leaky rectifier of slope 0.2, times √2, which about keeps the mean square of x [...]."""
    return 2.0**0.5 * ops.leaky_relu(x, negative_slope=0.2)


def factor(shape: tuple[int, ...], rate: float = 1.0) -> float:
    """By what weights of this `shape` [..., units] are multiplied: `rate` / √(inputs of a unit)."""
    return rate / math.sqrt(math.prod(shape[:-1]))


def start(rate: float = 1.0) -> Any:
    """The initialiser: normal, of mean 0 and deviation 1 / `rate`."""
    return keras.initializers.RandomNormal(stddev=1.0 / rate)


@keras.saving.register_keras_serializable("benchmarks")
class EqualizedDense(keras.layers.Layer):
    """Float [n, inputs] to [n, units]: a dense layer of equalised learning rate.

    `rate` multiplies the learning rate of weights and biases: they are that much larger at the start, and
    count that much less. With `activation` the sums go through `activate`.
    """

    def __init__(self, units: int, rate: float = 1.0, activation: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.rate, self.activation = units, rate, activation

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make `kernel` [inputs, units] and `bias` [units] for inputs of this shape."""
        shape = (input_shape[-1], self.units)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=start(self.rate))
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        kernel, bias = ops.cast(self.kernel, x.dtype), ops.cast(self.bias, x.dtype)
        sums = ops.matmul(x, kernel * factor(self.kernel.shape, self.rate)) + bias * self.rate
        return activate(sums) if self.activation else sums

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        own = {"units": self.units, "rate": self.rate, "activation": self.activation}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("benchmarks")
class EqualizedConvolution(keras.layers.Layer):
    """Float [n, h, w, c] to [n, h', w', filters]: a convolution of equalised learning rate.

    `size` is the side of the kernel, `strides` and `padding` are those of Keras' Conv2D. With `activation` a
    bias is added and the sums go through `activate`; without it there is no bias either, as on the short cuts
    of the paper's residual discriminator.
    """

    trait = "convolution"

    def __init__(
        self,
        filters: int,
        size: int,
        strides: int = 1,
        padding: str = "same",
        activation: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.filters, self.size, self.strides, self.padding = filters, size, strides, padding
        self.activation = activation

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make `kernel` [size, size, c, filters] and, with an activation, `bias` [filters]."""
        shape = (self.size, self.size, input_shape[-1], self.filters)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=start())
        if self.activation:
            self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        sums = ops.conv(
            x,
            ops.cast(self.kernel, x.dtype) * factor(self.kernel.shape),
            strides=self.strides,
            padding=self.padding,
            data_format="channels_last",
        )
        return activate(sums + ops.cast(self.bias, x.dtype)) if self.activation else sums

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, *sides, _ = input_shape
        lost = 0 if self.padding == "same" else self.size - 1
        return (n, *(-(-(side - lost) // self.strides) for side in sides), self.filters)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "size": self.size,
            "strides": self.strides,
            "padding": self.padding,
            "activation": self.activation,
        }
