"""Contrast normalisation and whitening of images.

Goodfellow et al., "Maxout networks" (2013), prepare CIFAR-10 in this way.
"""

from typing import Any

import keras
import numpy as np
from keras import ops


def normalized(flat: Any, scale: float) -> Any:
    """Rows of an array or tensor [n,pixels], their means subtracted, scaled to the length `scale`.

    A uniform row becomes zeros.
    """
    centred = flat - ops.mean(flat, axis=1, keepdims=True)
    return centred * (
        scale / ops.maximum(ops.sqrt(ops.sum(ops.square(centred), axis=1, keepdims=True)), 1e-8)
    )


@keras.saving.register_keras_serializable("benchmarks")
class ZCAWhitening(keras.layers.Layer):
    """Global contrast normalisation, then ZCA whitening.

    (C + bias I)^(-1/2) (x - mean) of the flattened images [n,h,w,c], where C is their covariance. The first
    subtracts from each image the mean of all its values and scales them to the Euclidean length `scale`.
    Mean and matrix are fixed weights, which change nothing until `adapt(images)` has been called. The
    result is again an image, float.
    """

    def __init__(self, scale: float = 55.0, bias: float = 0.1, **options: Any) -> None:
        super().__init__(**options)
        self.scale, self.bias = scale, bias

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        pixels = int(np.prod(input_shape[1:]))
        self.mean = self.add_weight(name="mean", shape=(pixels,), initializer="zeros", trainable=False)
        self.matrix = self.add_weight(
            name="matrix", shape=(pixels, pixels), initializer="identity", trainable=False
        )

    def adapt(self, images: Any) -> None:
        """Take mean and matrix of these images, an array [n,h,w,c]."""
        flat = np.asarray(images).reshape(len(images), -1).astype("float32")
        flat -= flat.mean(axis=1, keepdims=True)
        flat *= self.scale / np.maximum(np.sqrt(np.square(flat).sum(axis=1, keepdims=True)), 1e-8)
        mean = flat.mean(axis=0)
        flat -= mean
        if len(flat) < flat.shape[1]:
            # Fewer images than pixels: in the directions that no image has, only the bias counts.
            _, lengths, directions = np.linalg.svd(flat, full_matrices=False)
            gains = 1.0 / np.sqrt(lengths**2 / len(flat) + self.bias) - 1.0 / np.sqrt(self.bias)
            matrix = (directions.T * gains) @ directions + np.identity(flat.shape[1], "float32") / np.sqrt(
                self.bias
            )
        else:
            variances, directions = np.linalg.eigh(
                flat.T @ flat / len(flat) + self.bias * np.identity(flat.shape[1], "float32")
            )
            matrix = (directions / np.sqrt(variances)) @ directions.T
        self.mean.assign(mean)
        self.matrix.assign(matrix.astype("float32"))

    def call(self, images: Any) -> Any:
        """The output, of the shape that the class says."""
        flat = ops.reshape(ops.cast(images, self.variable_dtype), (-1, self.mean.shape[0]))
        white = ops.matmul(normalized(flat, self.scale) - self.mean, self.matrix)
        return ops.cast(ops.reshape(white, ops.shape(images)), self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "scale": self.scale, "bias": self.bias}
