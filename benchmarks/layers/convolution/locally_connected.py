"""Units that see a neighbourhood, as in a convolution, but share their weights with no other place."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class LocallyConnected(keras.layers.Layer):
    """`filters` linear units at each pixel, each over its `size` x `size` neighbourhood.

    Maps [n,h,w,c] to [n,h,w,filters], with zeros beyond the border; `size` is odd. Every place has its own
    kernel [size,size,c,filters], all together `kernel` [h,w,size*size*c,filters], and every unit its own
    bias, `bias` [h,w,filters]. Layer "local" of Krizhevsky's cuda-convnet (2011).
    """

    trait = "convolution"

    def __init__(
        self,
        filters: int,
        size: int,
        kernel_initializer: Any = "glorot_uniform",
        kernel_regularizer: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.filters, self.size = filters, size
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        _, height, width, channels = input_shape
        shape = (height, width, self.size**2 * channels, self.filters)
        self.kernel = self.add_weight(
            name="kernel",
            shape=shape,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
        )
        self.bias = self.add_weight(name="bias", shape=(height, width, self.filters), initializer="zeros")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        height, width = x.shape[1:3]
        half = self.size // 2
        padded = ops.pad(x, ((0, 0), (half, half), (half, half), (0, 0)))
        seen = [
            padded[:, row : row + height, column : column + width]
            for row in range(self.size)
            for column in range(self.size)
        ]
        total = ops.einsum("nhwi,hwif->nhwf", ops.concatenate(seen, axis=-1), ops.cast(self.kernel, x.dtype))
        return total + ops.cast(self.bias, x.dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:3], self.filters)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "size": self.size,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
        }
