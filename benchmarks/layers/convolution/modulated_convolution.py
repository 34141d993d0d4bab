"""Convolutions whose weights a style scales, for each image differently.

Karras et al., "Analyzing and improving the image quality of StyleGAN" (2020), section 2.2.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.resampling.binomial import doubled
from benchmarks.layers.units.equalized import activate, factor, start

#: Added under the root in equation 3.
SMALLEST = 1e-8


@keras.saving.register_keras_serializable("benchmarks")
class ModulatedConvolution(keras.layers.Layer):
    """Images [n, h, w, c] and vectors w [n, d] to [n, h, w, filters]; with `doubling` to twice the size.

    Of w an affine map makes a style [n, c], which scales the input maps (equation 1). With `demodulation`
    each output map is divided by the length of the weights that made it, so that it has variance 1 if the
    inputs have (equation 3). To scale maps before and after a convolution by shared weights is the same as to
    convolve each image by weights of its own, and needs no such weights. A bias is added at the end. With
    `doubling` the convolution sees the image doubled by `doubled`, whose margin the kernel sees, too.
    """

    trait = "convolution"

    def __init__(
        self, filters: int, size: int, demodulation: bool = True, doubling: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        if doubling and size != 3:
            raise ValueError(f"size is {size}; a convolution of a doubled image has kernels of 3x3 pixels")
        self.filters, self.size = filters, size
        self.demodulation, self.doubling = demodulation, doubling

    def build(self, input_shape: list[tuple[Any, ...]]) -> None:
        """Make `kernel` [size,size,c,filters], `bias` [filters], `style_kernel` [d,c], `style_bias` [c]."""
        (*_, channels), (*_, inputs) = input_shape
        shape = (self.size, self.size, channels, self.filters)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=start())
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")
        self.style_kernel = self.add_weight(
            name="style_kernel", shape=(inputs, channels), initializer=start()
        )
        # The authors add 1 to a bias of 0. A style of 1 changes nothing.
        self.style_bias = self.add_weight(name="style_bias", shape=(channels,), initializer="ones")

    def style(self, w: Any) -> Any:
        """By what w [n, d] scales the input maps: [n, c]."""
        kernel, bias = ops.cast(self.style_kernel, w.dtype), ops.cast(self.style_bias, w.dtype)
        return ops.matmul(w, kernel * factor(self.style_kernel.shape)) + bias

    def call(self, inputs: list[Any]) -> Any:
        """The output for [images, w], of the shape that the class says."""
        x, w = inputs
        style = self.style(w)
        kernel = ops.cast(self.kernel, x.dtype) * factor(self.kernel.shape)
        x = x * style[:, None, None, :]
        if self.doubling:
            x = doubled(x, margin=1)
        padding = "valid" if self.doubling else "same"
        maps = ops.conv(x, kernel, padding=padding, data_format="channels_last")
        if self.demodulation:
            squares = ops.matmul(ops.square(style), ops.sum(ops.square(kernel), axis=(0, 1)))
            maps = maps * ops.rsqrt(squares + SMALLEST)[:, None, None, :]
        return maps + ops.cast(self.bias, x.dtype)

    def compute_output_shape(self, input_shape: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, _ = input_shape[0]
        scale = 2 if self.doubling else 1
        return (n, scale * height, scale * width, self.filters)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "size": self.size,
            "demodulation": self.demodulation,
            "doubling": self.doubling,
        }


@keras.saving.register_keras_serializable("benchmarks")
class NoisyActivation(keras.layers.Layer):
    """Maps [n, h, w, c] and noise [n, h * w], the same for all maps, to [n, h, w, c].

    The noise is added times a learned strength, one number that begins at 0; the sums go through `activate`.
    """

    def build(self, input_shape: list[tuple[Any, ...]]) -> None:
        """Make `strength`, a scalar."""
        self.strength = self.add_weight(name="strength", shape=(), initializer="zeros")

    def call(self, inputs: list[Any]) -> Any:
        """The output for [maps, noise], of the shape that the class says."""
        x, noise = inputs
        noise = ops.reshape(noise, (-1, *x.shape[1:3], 1))
        return activate(x + ops.cast(self.strength, x.dtype) * ops.cast(noise, x.dtype))

    def compute_output_shape(self, input_shape: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape[0]


@keras.saving.register_keras_serializable("benchmarks")
class LearnedConstant(keras.layers.Layer):
    """The same maps [n, *shape] for whatever [n, ...] it is given: they are learned, from normal numbers."""

    def __init__(self, shape: tuple[int, int, int], **options: Any) -> None:
        super().__init__(**options)
        self.shape = tuple(shape)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make `maps` [*shape]."""
        self.maps = self.add_weight(name="maps", shape=self.shape, initializer=start())

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.broadcast_to(ops.cast(self.maps, x.dtype)[None], (ops.shape(x)[0], *self.shape))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (input_shape[0], *self.shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "shape": self.shape}
