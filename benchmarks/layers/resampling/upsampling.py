"""Maps enlarged by bilinear interpolation, and cropped to the size of others.

Long, Shelhamer, Darrell, "Fully convolutional networks for semantic segmentation" (2014), section 3.3.
"""

from typing import Any

import keras
import numpy as np
from keras import layers, ops


@keras.saving.register_keras_serializable("benchmarks")
class Bilinear(keras.initializers.Initializer):
    """The kernel [k,k,maps,maps] of a transposed convolution that interpolates each map for itself.

    For kernels of 2 * stride pixels: the weight falls linearly, along each axis, from the middle of the
    kernel to 0 at `stride` pixels.
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The initial values."""
        rows, columns, out, into = shape
        vertical, horizontal = (1.0 - np.abs(np.arange(k) - (k - 1) / 2) / (k / 2) for k in (rows, columns))
        return ops.convert_to_tensor(
            (np.multiply.outer(vertical, horizontal)[:, :, None, None] * np.eye(out, into)).astype(
                dtype or "float32"
            )
        )


@keras.saving.register_keras_serializable("benchmarks")
class Interpolation(layers.Layer):
    """Maps [n,h,w,c] to [n,*shape,c], bilinearly.

    It is a transposed convolution with a fixed bilinear kernel, cropped at the right place, and computed as
    a product with a matrix along each axis. The pixels of the coarse maps are `step` pixels of the fine
    ones apart, the first one at `place` (a pixel's own place is its centre). Beyond the outermost pixels
    the values fall to 0, as those of the transposed convolution do.
    """

    def __init__(self, shape: tuple[int, int], step: int, place: float, **options: Any) -> None:
        super().__init__(**options)
        self.shape, self.step, self.place = tuple(shape), step, place

    def call(self, maps: Any) -> Any:
        """The output, of the shape that the class says."""
        rows, columns = (
            self._weights(fine, coarse) for fine, coarse in zip(self.shape, maps.shape[1:3], strict=True)
        )
        maps = ops.einsum("ip,npqc->niqc", ops.cast(rows, maps.dtype), maps)
        return ops.einsum("jq,niqc->nijc", ops.cast(columns, maps.dtype), maps)

    def _weights(self, fine: int, coarse: int) -> np.ndarray:
        distance = np.arange(fine)[:, None] - (self.place + self.step * np.arange(coarse))
        return np.maximum(1.0 - np.abs(distance) / self.step, 0.0).astype("float32")

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (input_shape[0], *self.shape, input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "shape": self.shape, "step": self.step, "place": self.place}


@keras.saving.register_keras_serializable("benchmarks")
class MirrorPadding(layers.Layer):
    """Images [n,h,w,c] continued by `margin` pixels on each side.

    They are mirrored at the outermost pixels, which are not repeated.
    """

    def __init__(self, margin: int, **options: Any) -> None:
        super().__init__(**options)
        self.margin = margin

    def call(self, images: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.pad(images, ((0, 0), (self.margin,) * 2, (self.margin,) * 2, (0, 0)), mode="reflect")

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, channels = input_shape
        return (n, height + 2 * self.margin, width + 2 * self.margin, channels)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "margin": self.margin}


def crop(maps: Any, shape: tuple[int, int], first: int | None = None) -> Any:
    """The window of `shape` of the maps, a Keras tensor [n,h,w,c].

    It starts at pixel `first` along both axes, or lies in the middle. Raises ValueError if there is no such
    window.
    """
    cuts = []
    for whole, part in zip(maps.shape[1:3], shape, strict=True):
        start = (whole - part) // 2 if first is None else first
        if start < 0 or start + part > whole:
            raise ValueError(
                f"maps of {maps.shape[1:3]} have no window of {tuple(shape)} from pixel {start} on; give "
                "the net larger images"
            )
        cuts.append((start, whole - part - start))
    return layers.Cropping2D(tuple(cuts))(maps)
