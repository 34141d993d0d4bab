"""The layers around the plain convolutions of airbench94.

Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU" (2024): a first layer that whitens patches,
convolutions that start as the identity, mirroring in turns, and a net that looks at several views of an
image before it decides.
"""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class AlternatingFlip(keras.layers.Layer):
    """In training, mirrors each image in every other pass: float [n,h,w,c] to the same.

    `adapt(images)` tells how many make a pass. A random hash of the pixels, drawn once, decides which
    images start mirrored, so that nothing has to be remembered about an image, wherever it appears in a
    batch. Pixels are whole numbers below 1024. The layer counts its training batches; a pass is as many as
    the examples fill. The paper hashes the image's index instead.
    """

    def __init__(self, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.random = keras.random.SeedGenerator(seed)
        self.examples = 0

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        draw = lambda shape, dtype: ops.cast(keras.random.randint(shape, 0, 2048, seed=self.random), dtype)  # noqa: E731
        self.multipliers = self.add_weight(
            name="multipliers", shape=input_shape[1:], initializer=draw, dtype="int", trainable=False
        )
        self.batches = self.add_weight(
            name="batches", shape=(), initializer="zeros", dtype="int", trainable=False
        )

    def adapt(self, images: Any) -> None:
        """Take the number of examples, an array [n,h,w,c]."""
        self.examples = len(images)

    def call(self, images: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        if not training:
            return images
        if not self.examples:
            raise ValueError(
                f"layer {self.name} does not know how many examples make a pass; call adapt(images) first"
            )
        passes = ops.convert_to_tensor(self.batches) // max(self.examples // images.shape[0], 1)
        self.batches.assign_add(1)
        return self.mirrored(images, passes)

    def mirrored(self, images: Any, passes: Any) -> Any:
        """The images as the pass of this number (int, from 0) shows them."""
        # Modulo 2048 each multiplier is uniform, and so is the top bit of the sum for any two
        # images that differ.
        sums = ops.sum(
            ops.cast(images, "int32") * ops.cast(self.multipliers, "int32"), axis=(1, 2, 3), keepdims=True
        )
        return ops.where((sums // 1024 + ops.cast(passes, "int32")) % 2 == 1, images[:, :, ::-1], images)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape


@keras.saving.register_keras_serializable("benchmarks")
class PatchWhitening(keras.layers.Layer):
    """Standardises each channel, then a 2x2 convolution onto the eigenvectors of patches.

    [n,h,w,c] to [n,h-1,w-1,8c].

    Each eigenvector is divided by the root of its eigenvalue plus `epsilon`, and taken with both signs. The
    filters are fixed, zero until `adapt(images)`; the bias, zero at first, is trained. `mean` and
    `deviation` are those of each channel, in the scale of the images.
    """

    def __init__(self, mean: Any, deviation: Any, epsilon: float = 0.0005, **options: Any) -> None:
        super().__init__(autocast=False, **options)
        self.mean, self.deviation, self.epsilon = (
            np.array(mean, "float32"),
            np.array(deviation, "float32"),
            epsilon,
        )

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        channels = input_shape[-1]
        self.kernel = self.add_weight(
            name="kernel", shape=(2, 2, channels, 8 * channels), initializer="zeros", trainable=False
        )
        self.bias = self.add_weight(name="bias", shape=(8 * channels,), initializer="zeros")

    def adapt(self, images: Any) -> None:
        """Take the filters from the patches of the first 5,000 images, an array [n,h,w,c]."""
        size = 4 * images.shape[-1]
        products, count = np.zeros((size, size)), 0
        for start in range(
            0, min(len(images), 5000), 500
        ):  # a part at a time: all patches at once take a gigabyte
            x = (images[start : min(start + 500, 5000)].astype("float32") - self.mean) / self.deviation
            patches = np.concatenate(
                [x[:, i : i - 1 or None, j : j - 1 or None] for i in (0, 1) for j in (0, 1)], axis=-1
            ).reshape(-1, size)
            products += patches.T @ patches
            count += len(patches)
        values, vectors = np.linalg.eigh(products / count)
        scaled = (vectors / np.sqrt(values + self.epsilon))[:, ::-1]
        self.kernel.assign(
            np.concatenate([scaled, -scaled], axis=1).reshape(self.kernel.shape).astype("float32")
        )

    def call(self, images: Any) -> Any:
        """The output, of the shape that the class says."""
        x = (ops.cast(images, self.variable_dtype) - self.mean) / self.deviation
        x, kernel, bias = (ops.cast(value, self.compute_dtype) for value in (x, self.kernel, self.bias))
        return ops.conv(x, kernel, padding="valid") + bias

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, channels = input_shape
        return (n, height - 1, width - 1, 8 * channels)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "mean": self.mean.tolist(),
            "deviation": self.deviation.tolist(),
            "epsilon": self.epsilon,
        }


@keras.saving.register_keras_serializable("benchmarks")
class PartialIdentity(keras.initializers.Initializer):
    """Kernels [k,k,inputs,outputs], k odd.

    The first filters pass each map on as it is, the others are random.

    The random ones are uniform in [-1/sqrt(F), 1/sqrt(F)] with F = k * k * inputs, as PyTorch draws them.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.random = keras.initializers.RandomUniform(-1.0, 1.0, seed=seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The initial values."""
        height, width, inputs, outputs = shape
        identity = np.zeros(shape, "float32")
        same = np.arange(min(inputs, outputs))
        identity[height // 2, width // 2, same, same] = 1.0
        others = np.arange(outputs) >= inputs
        drawn = self.random(shape, dtype) / (height * width * inputs) ** 0.5
        return ops.cast(identity, drawn.dtype) + drawn * ops.cast(others, drawn.dtype)


@keras.saving.register_keras_serializable("benchmarks")
class SixViews(keras.Sequential):
    """A chain of layers that, outside training, averages its outputs over views of the images [n,h,w,c].

    The image as it is counts half, the image moved by one pixel up and left, and down and right, a
    quarter each (the border reflected); with `mirror` each of them also mirrored, without it there are three.
    """

    def __init__(self, layers: Any = None, mirror: bool = True, **options: Any) -> None:
        super().__init__(layers, **options)
        self.mirror = mirror

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The output, of the shape that the class says."""
        if training:
            return super().call(inputs, training=True)
        look = super().call
        images = ops.cast(inputs, self.compute_dtype)
        padded = ops.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
        total = 0.0
        for share, view in ((0.5, images), (0.25, padded[:, :-2, :-2]), (0.25, padded[:, 2:, 2:])):
            both = (view, view[:, :, ::-1]) if self.mirror else (view,)
            total += (
                share
                * sum(ops.cast(look(one, training=False), keras.config.floatx()) for one in both)
                / len(both)
            )
        return total
