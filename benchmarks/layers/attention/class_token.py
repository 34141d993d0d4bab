"""A learned vector in front of a sequence, whose state stands for the whole."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class ClassToken(keras.layers.Layer):
    """Float [n, t, width] to [n, t + 1, width]: a trained vector, at first 0, and the sequence."""

    def build(self, x_shape: tuple[Any, ...]) -> None:
        """Make the vector for inputs of this shape."""
        self.token = self.add_weight(shape=(1, 1, x_shape[-1]), initializer="zeros", name="token")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        # Added, not repeated: the gradient of that is a plain sum.
        token = ops.zeros_like(x[:, :1]) + ops.cast(self.token, x.dtype)
        return ops.concatenate([token, x], axis=1)
