"""Characters stretched or squeezed to one width, as the columns of Cireşan et al. 2012 see them."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class WidthNormalization(keras.layers.Layer):
    """Stretches each image along its rows until its ink is `width` pixels wide, around its middle.

    Float [n,h,w,c] to the same shape; 0 is paper, everything above `threshold` ink. Bilinear; where an
    image is squeezed, each pixel is the mean of those that it covers, weighted by a triangle.
    """

    def __init__(self, width: int, threshold: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.width, self.threshold = width, threshold

    def call(self, images: Any) -> Any:
        """The output, of the shape that the class says."""
        side = images.shape[2]
        ink = ops.cast(ops.any(images > self.threshold, axis=(1, 3)), "int32")
        first = ops.cast(ops.argmax(ink, axis=-1), "float32")[:, None, None]
        last = side - 1.0 - ops.cast(ops.argmax(ops.flip(ink, axis=-1), axis=-1), "float32")[:, None, None]
        step, middle = (last - first + 1.0) / self.width, (first + last) / 2.0
        places = middle + (ops.arange(side, dtype="float32")[:, None] - middle) * step
        # Paper goes on beyond the edges: pixels there count in the mean, but hold zero.
        weights = ops.maximum(
            1.0 - ops.abs(places - ops.arange(-side, 2 * side, dtype="float32")) / ops.maximum(step, 1.0), 0.0
        )
        weights = weights / ops.maximum(ops.sum(weights, axis=-1, keepdims=True), 0.5)
        return ops.einsum("nvu,nhuc->nhvc", ops.cast(weights[:, :, side : 2 * side], images.dtype), images)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "width": self.width, "threshold": self.threshold}
