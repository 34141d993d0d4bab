"""Light that changes in intensity and colour each time an image is shown."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class ColourNoise(keras.layers.Layer):
    """In training, adds one random colour to all pixels of an image [n,h,w,c]; otherwise does nothing.

    The colour is the sum of the principal components of the pixels' colours, each times a normal number
    with a standard deviation of `amount` times the standard deviation along it. Krizhevsky et al. 2012,
    section 4.1, print the eigenvalue, the square of the latter, which would depend on the unit of the
    pixels; the data provider of Krizhevsky's cuda-convnet2 takes the standard deviation. The components are
    a fixed weight [c,c], zero until `adapt` is called.
    """

    def __init__(self, amount: float = 0.1, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.amount = amount
        self.random = keras.random.SeedGenerator(seed)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        colours = input_shape[-1]
        self.components = self.add_weight(
            name="components", shape=(colours, colours), initializer="zeros", trainable=False
        )

    def adapt(self, images: Any) -> None:
        """Take the principal components of the colours of these images, an array [n,h,w,c].

        One a row, as long as the deviation along it.
        """
        images = np.asarray(images)
        colours = images.shape[-1]
        # Sums image by image, so that no copy of all pixels in double precision is needed.
        total, products = np.zeros(colours), np.zeros((colours, colours))
        for image in images:
            pixels = image.reshape(-1, colours).astype("float64")
            total += pixels.sum(axis=0)
            products += pixels.T @ pixels
        number = images.size / colours
        variances, directions = np.linalg.eigh(products / number - np.outer(total, total) / number**2)
        self.components.assign((directions * np.sqrt(np.maximum(variances, 0.0))).T.astype("float32"))

    def call(self, images: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        if not training:
            return images
        drawn = self.amount * keras.random.normal(
            (ops.shape(images)[0], images.shape[-1]), dtype=self.variable_dtype, seed=self.random
        )
        return images + ops.cast(ops.matmul(drawn, self.components), images.dtype)[:, None, None, :]

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "amount": self.amount}
