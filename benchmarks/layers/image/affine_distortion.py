"""Random planar affine distortions of characters: shifted, scaled, squeezed and slanted.

LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition" (1998), section
III.B. The paper names the transformations and prints no ranges; those here are arguments.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.image.distortion import resample


def transformed(images: Any, down: Any, right: Any, scale: Any, squeeze: Any, shear: Any) -> Any:
    """Images float [n,h,w,c], each slanted, then scaled and squeezed, then shifted; 0 lies around them.

    The others are float [n] or [1]. The ink at row r and column c, in pixels from the middle of the image,
    comes to row exp(scale + squeeze) r + h down and column exp(scale - squeeze) (c + shear r) + w right.
    Bilinear. The result has the shape and type of `images`.
    """
    height, width = images.shape[1:3]
    down, right, scale, squeeze, shear = (
        ops.reshape(number, (-1, 1, 1)) for number in (down, right, scale, squeeze, shear)
    )
    rows = ops.arange(height, dtype="float32")[:, None] - (height - 1) / 2
    columns = ops.arange(width, dtype="float32") - (width - 1) / 2
    # Where the ink comes from that is seen at each place.
    rows = (rows - height * down) * ops.exp(-scale - squeeze)
    columns = (columns - width * right) * ops.exp(squeeze - scale) - shear * rows
    return resample(images, rows + (height - 1) / 2, columns + (width - 1) / 2)


@keras.saving.register_keras_serializable("benchmarks")
class RandomAffineDistortion(keras.layers.Layer):
    """In training, each image is distorted differently each time, as `transformed` says.

    [n,h,w,c] of any type to float of the same shape, 0 being the background. Each number is uniform between
    minus and plus the strength of its name: `shift` as a fraction of the side, down and to the right;
    `scaling` and `squeezing` as logarithms of a factor (squeezing makes a character narrower and as much
    taller, or the reverse); `shearing` in columns per row. The share `undistorted` of the images, drawn at
    random, stays as it is.
    """

    def __init__(
        self,
        shift: float = 0.05,
        scaling: float = 0.1,
        squeezing: float = 0.1,
        shearing: float = 0.2,
        undistorted: float = 0.1,
        seed: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.shift, self.scaling, self.squeezing, self.shearing = shift, scaling, squeezing, shearing
        self.undistorted = undistorted
        self.random = keras.random.SeedGenerator(seed)

    def call(self, images: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        n = ops.shape(images)[0]
        numbers = keras.random.uniform((5, n), -1.0, 1.0, dtype="float32", seed=self.random)
        drawn = keras.random.uniform((n,), dtype="float32", seed=self.random)
        numbers = ops.where(drawn < self.undistorted, 0.0, numbers)
        strengths = (self.shift, self.shift, self.scaling, self.squeezing, self.shearing)
        return transformed(images, *(most * numbers[place] for place, most in enumerate(strengths)))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        strengths = {
            "shift": self.shift,
            "scaling": self.scaling,
            "squeezing": self.squeezing,
            "shearing": self.shearing,
            "undistorted": self.undistorted,
        }
        return {**super().get_config(), **strengths}
