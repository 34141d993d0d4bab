"""What is done to images before a net sees them.

The mean is subtracted; in training images are shifted and mirrored at random.
"""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class MeanImage(keras.layers.Layer):
    """Subtracts the mean of each pixel and channel over the training split.

    Images [n,h,w,c] of any type to float. The mean is a fixed weight, zero until `adapt(images)` is called.
    Source: He et al. 2015, section 4.2.
    """

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.mean = self.add_weight(name="mean", shape=input_shape[1:], initializer="zeros", trainable=False)

    def adapt(self, images: Any) -> None:
        """Take the mean of these images, an array [n,h,w,c]."""
        images = np.asarray(images)
        if images.shape[1:] != tuple(self.mean.shape):
            raise ValueError(
                f"layer {self.name} was built for images {tuple(self.mean.shape)}, not "
                f"{images.shape[1:]}; give it the shape of the data"
            )
        self.mean.assign(images.mean(axis=0, dtype="float64").astype("float32"))

    def call(self, images: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.cast(images, self.compute_dtype) - ops.cast(self.mean, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape


@keras.saving.register_keras_serializable("benchmarks")
class MeanColour(keras.layers.Layer):
    """Subtracts the mean of each channel over all pixels of the training split.

    Images [n,h,w,c] of any type to float. The mean is a fixed weight, zero until `adapt(images)` is called.
    Source: Simonyan and Zisserman 2014, section 2.1.
    """

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.mean = self.add_weight(name="mean", shape=input_shape[-1:], initializer="zeros", trainable=False)

    def adapt(self, images: Any) -> None:
        """Take the mean colour of these images, an array [n,h,w,c]."""
        self.mean.assign(np.asarray(images).mean(axis=(0, 1, 2), dtype="float64").astype("float32"))

    def call(self, images: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.cast(images, self.compute_dtype) - ops.cast(self.mean, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape


@keras.saving.register_keras_serializable("benchmarks")
class RandomShiftAndFlip(keras.layers.Layer):
    """In training, a random crop of the image padded with `pad` zeros on each side, or of its mirror image.

    Float [n,h,w,c] to the same shape; the 2 * pad + 1 offsets along each axis and both mirrorings
    (if `flip`) are equally likely, independently for each image. Source: He et al. 2015, section 4.2.
    With `border` "reflect" the padding mirrors the image at its edge instead of being "constant" zeros.
    """

    def __init__(
        self,
        pad: int = 4,
        flip: bool = True,
        border: str = "constant",
        seed: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.pad, self.flip, self.border = pad, flip, border
        self.random = keras.random.SeedGenerator(seed)

    def call(self, images: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        if not training:
            return images
        n, (height, width, channels) = ops.shape(images)[0], images.shape[1:]
        padded = ops.pad(
            images, ((0, 0), (self.pad, self.pad), (self.pad, self.pad), (0, 0)), mode=self.border
        )
        offsets = keras.random.randint((2, n, 1), 0, 2 * self.pad + 1, seed=self.random)
        rows = offsets[0] + ops.arange(height, dtype="int32")
        columns = ops.broadcast_to(ops.arange(width, dtype="int32"), (n, width))
        if self.flip:
            columns = ops.where(
                keras.random.uniform((n, 1), seed=self.random) < 0.5, width - 1 - columns, columns
            )
        columns = offsets[1] + columns
        wide = width + 2 * self.pad
        base = ops.arange(n, dtype="int32")[:, None] * ((height + 2 * self.pad) * wide)
        pixels = (base + rows * wide)[:, :, None] + columns[:, None, :]
        return ops.take(ops.reshape(padded, (-1, channels)), pixels, axis=0)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "pad": self.pad, "flip": self.flip, "border": self.border}
