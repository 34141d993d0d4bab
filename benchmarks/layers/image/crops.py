"""Random crops of photographs, made on the device inside the compiled step.

The ImageNet nets are trained with them. Images are [n,side,side,c], uint8 or float, in any scale; crops are
float [n,size,size,c] in the same scale. A crop is resampled bilinearly; where it is made smaller, each
pixel is the mean of those that it covers, weighted by a triangle.
"""

import math
from typing import Any

import keras
from keras import ops


def weights(start: Any, step: Any, size: int, side: int) -> Any:
    """Matrices float32 [n,size,side] that resample lines of `side` pixels.

    Line i is read at the places start + (i + 0.5) * step - 0.5. `start` and `step` are float [n], in pixels
    of the line; a negative step reads it backwards.
    """
    start, step = start[:, None, None], step[:, None, None]
    centres = start + (ops.arange(size, dtype="float32")[None, :, None] + 0.5) * step - 0.5
    distance = ops.abs(centres - ops.arange(side, dtype="float32")) / ops.maximum(ops.abs(step), 1.0)
    triangle = ops.maximum(1.0 - distance, 0.0)
    return triangle / ops.sum(triangle, axis=-1, keepdims=True)


def crop(images: Any, top: Any, left: Any, height: Any, width: Any, size: int, mirrored: Any = None) -> Any:
    """Windows of the images, resampled to [n,size,size,c].

    Edges and extents are float [n] in pixels, `mirrored` is bool [n].
    """
    side = images.shape[1]
    if mirrored is not None:
        left, width = ops.where(mirrored, left + width, left), ops.where(mirrored, -width, width)
    rows = ops.einsum(
        "nip,npqc->niqc", ops.cast(weights(top, height / size, size, side), images.dtype), images
    )
    return ops.einsum("njq,niqc->nijc", ops.cast(weights(left, width / size, size, side), images.dtype), rows)


class _Crop(keras.layers.Layer):
    """What both crops share: a random window in training, mirrored half of the time, or the central one."""

    def __init__(self, size: int, flip: bool = True, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.size, self.flip = size, flip
        self.random = keras.random.SeedGenerator(seed)

    def uniform(self, n: Any, low: float = 0.0, high: float = 1.0) -> Any:
        """n independent numbers, float32 [n]."""
        return keras.random.uniform((n,), low, high, dtype="float32", seed=self.random)

    def call(self, images: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        n, side = ops.shape(images)[0], images.shape[1]
        images = ops.cast(images, self.compute_dtype)
        if not training:
            extent = ops.full((n,), self.central(side), "float32")
            return crop(images, (side - extent) / 2, (side - extent) / 2, extent, extent, self.size)
        height, width = self.extents(n, side)
        top, left = self.place(height, side), self.place(width, side)
        return crop(images, top, left, height, width, self.size, self.uniform(n) < 0.5 if self.flip else None)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (input_shape[0], self.size, self.size, input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "size": self.size, "flip": self.flip}


@keras.saving.register_keras_serializable("benchmarks")
class ScaleCrop(_Crop):
    """A random window of `size` pixels of an image scaled to a random side.

    The side is drawn from `scales`, both ends included. With one scale this is Krizhevsky et al. 2012,
    section 4.1; with two, the scale jittering of Simonyan and Zisserman 2014, section 3.1, and He et al.
    2015, section 3.4. In inference the scale is the mean of the two, and the window central. Raises
    ValueError for a scale smaller than the window.
    """

    def __init__(
        self, size: int, scales: tuple[int, int] = (256, 256), flip: bool = True, **options: Any
    ) -> None:
        super().__init__(size, flip, **options)
        self.scales = tuple(scales)
        if min(self.scales) < size:
            raise ValueError(
                f"ScaleCrop: a window of {size} pixels does not fit into an image scaled to "
                f"{min(self.scales)}; raise the scales"
            )

    def central(self, side: int) -> float:
        """The extent of the central window in pixels of the image."""
        return self.size * side / (sum(self.scales) / 2)

    def extents(self, n: Any, side: int) -> Any:
        """Height and width of random windows in pixels of the image, float [n] each."""
        scale = ops.cast(
            keras.random.randint((n,), self.scales[0], self.scales[1] + 1, seed=self.random), "float32"
        )
        extent = self.size * side / scale
        return extent, extent

    def place(self, extent: Any, side: int) -> Any:
        """The upper or left edge of windows of this extent.

        Whole pixels of the scaled image, all equally likely.
        """
        step = extent / self.size
        free = ops.round((side - extent) / step)
        return ops.floor(self.uniform(ops.shape(extent)[0]) * (free + 1.0)) * step

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "scales": self.scales}


@keras.saving.register_keras_serializable("benchmarks")
class AreaCrop(_Crop):
    """A window with a random share of the image's area and a random aspect ratio.

    Szegedy et al. 2014, section 6. `area` bounds the share, drawn uniformly; `aspect` bounds width by
    height, drawn log-uniformly; what does not fit is cut to the image. In inference the window is the
    central seven eighths of the side, as 224 pixels of 256 are.
    """

    def __init__(
        self,
        size: int,
        area: tuple[float, float] = (0.08, 1.0),
        aspect: tuple[float, float] = (0.75, 4 / 3),
        flip: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(size, flip, **options)
        self.area, self.aspect = tuple(area), tuple(aspect)

    def central(self, side: int) -> float:
        """The extent of the central window in pixels of the image."""
        return side * 7 / 8

    def extents(self, n: Any, side: int) -> Any:
        """Height and width of random windows in pixels of the image, float [n] each."""
        area = self.uniform(n, *self.area) * side * side
        aspect = ops.exp(self.uniform(n, math.log(self.aspect[0]), math.log(self.aspect[1])))
        return ops.minimum(ops.sqrt(area / aspect), side), ops.minimum(ops.sqrt(area * aspect), side)

    def place(self, extent: Any, side: int) -> Any:
        """The upper or left edge of windows of this extent, anywhere in the image."""
        return self.uniform(ops.shape(extent)[0]) * (side - extent)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "area": self.area, "aspect": self.aspect}
