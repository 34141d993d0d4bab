"""A convolution as one matrix product: each patch that a filter sees becomes a row (later called im2col).

Chellapilla, Puri, Simard, "High performance convolutional neural networks for document processing" (2006).
"""

from typing import Any

import keras
from keras import ops


def unroll(x: Any, size: int, strides: int = 1) -> Any:
    """The patches of [n,h,w,c] as rows.

    Returns [n,(h-size)//strides+1,(w-size)//strides+1,size*size*c], pixels row by row, channels last.
    """
    height, width = ((side - size) // strides + 1 for side in x.shape[1:3])
    rows, columns = strides * (height - 1) + 1, strides * (width - 1) + 1
    pixels = [
        x[:, i : i + rows : strides, j : j + columns : strides, :] for i in range(size) for j in range(size)
    ]
    return ops.concatenate(pixels, axis=-1)


@keras.saving.register_keras_serializable("benchmarks")
class UnrolledConvolution(keras.layers.Layer):
    """`keras.layers.Conv2D(filters, size, strides)` as a product of two matrices, with the same weights.

    Float [n,h,w,c] to [n,(h-size)//strides+1,(w-size)//strides+1,filters], without padding or activation.
    """

    # So that it runs in the same kind of program as the direct convolution that it is compared with.
    trait = "convolution"

    def __init__(
        self,
        filters: int,
        size: int,
        strides: int = 1,
        kernel_initializer: Any = "glorot_uniform",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.filters, self.size, self.strides = filters, size, strides
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        shape = (self.size, self.size, input_shape[-1], self.filters)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=self.kernel_initializer)
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        patches = unroll(x, self.size, self.strides)
        _, height, width, pixels = patches.shape
        weights = ops.reshape(ops.cast(self.kernel, x.dtype), (pixels, self.filters))
        product = ops.matmul(ops.reshape(patches, (-1, pixels)), weights) + ops.cast(self.bias, x.dtype)
        return ops.reshape(product, (-1, height, width, self.filters))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, _ = input_shape
        return (
            n,
            (height - self.size) // self.strides + 1,
            (width - self.size) // self.strides + 1,
            self.filters,
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {
            **super().get_config(),
            "filters": self.filters,
            "size": self.size,
            "strides": self.strides,
            "kernel_initializer": initializer,
        }
