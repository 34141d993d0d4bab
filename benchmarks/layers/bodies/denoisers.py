"""Nets that say what is noise in a noisy image, and know how much time it has had to grow.

Ho, Jain, Abbeel, "Denoising diffusion probabilistic models" (2020), appendix B, and the authors' code.
"""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import initializers, layers, ops


class TimeEmbedding(layers.Layer):
    """Times [n] as the sines and cosines [n, size] of ever slower waves: `size` is even.

    The slowest is 10,000 times as slow as the fastest, whose sine is that of t itself.
    """

    def __init__(self, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if size < 4 or size % 2:
            raise ValueError(f"a time embedding has {size} numbers; give it an even number, at least 4")
        self.size = size

    def call(self, t: Any) -> Any:
        """Sines first, then cosines."""
        half = self.size // 2
        pace = np.exp(-math.log(10_000.0) * np.arange(half) / (half - 1)).astype("float32")
        angles = ops.cast(t, "float32")[:, None] * pace
        return ops.cast(ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=1), self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None]) -> tuple[int | None, int]:
        """[n, size]."""
        return (*input_shape, self.size)


class Doubled(layers.Layer):
    """Maps [n,h,w,c] of which each pixel becomes four: [n,2h,2w,c].

    Keras' UpSampling2D repeats by indices, and its gradient would scatter.
    """

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        height, width, channels = x.shape[1:]
        wide = ops.broadcast_to(x[:, :, None, :, None, :], (ops.shape(x)[0], height, 2, width, 2, channels))
        return ops.reshape(wide, (-1, 2 * height, 2 * width, channels))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, channels = input_shape
        return (n, 2 * height, 2 * width, channels)


class SelfAttention(layers.Layer):
    """Each place of maps [n,h,w,c] attends to all places, with one head, and adds what it finds."""

    def __init__(self, groups: int = 32, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.norm = layers.GroupNormalization(groups, epsilon=1e-6)
        self.groups = groups

    def build(self, input_shape: tuple[int | None, int, int, int]) -> None:
        """Make the weights for inputs of this shape."""
        places, channels = input_shape[1] * input_shape[2], input_shape[3]
        self.norm.build(input_shape)
        self.query, self.key, self.value = (
            layers.Dense(channels, kernel_initializer=uniform()) for _ in "qkv"
        )
        self.out = layers.Dense(channels, kernel_initializer=uniform(0.0))
        for layer in (self.query, self.key, self.value, self.out):
            layer.build((None, places, channels))

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        height, width, channels = x.shape[1:]
        seen = ops.reshape(self.norm(x), (-1, height * width, channels))
        scores = ops.matmul(self.query(seen), ops.transpose(self.key(seen), (0, 2, 1))) * channels**-0.5
        found = self.out(ops.matmul(ops.softmax(scores), self.value(seen)))
        return x + ops.reshape(found, (-1, height, width, channels))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The same."""
        return input_shape


def uniform(scale: float = 1.0) -> initializers.Initializer:
    """Uniform weights of variance `scale` over the mean of inputs and outputs; 0 means as good as zero."""
    return initializers.VarianceScaling(scale or 1e-10, "fan_avg", "uniform")


def convolution(x: Any, channels: int, size: int = 3, stride: int = 1, scale: float = 1.0) -> Any:
    """A convolution that keeps the size of the maps, or halves it with a stride of 2."""
    return layers.Conv2D(channels, size, stride, padding="same", kernel_initializer=uniform(scale))(x)


def dense(x: Any, units: int, scale: float = 1.0) -> Any:
    """A fully connected layer without activation."""
    return layers.Dense(units, kernel_initializer=uniform(scale))(x)


def normalized(x: Any, groups: int) -> Any:
    """Group normalisation, then swish."""
    return layers.Activation("silu")(layers.GroupNormalization(groups, epsilon=1e-6)(x))


def time_code(t: Any, channels: int) -> Any:
    """What all blocks are told of the time: [n, 4 * channels], after swish."""
    code = layers.Activation("silu")(dense(TimeEmbedding(channels)(t), 4 * channels))
    return layers.Activation("silu")(dense(code, 4 * channels))


def residual_block(x: Any, time: Any, channels: int, dropout: float, groups: int) -> Any:
    """Two convolutions between which the time is added, beside a shortcut."""
    h = convolution(normalized(x, groups), channels)
    h = layers.Add()([h, layers.Reshape((1, 1, channels))(dense(time, channels))])
    h = convolution(layers.Dropout(dropout)(normalized(h, groups)), channels, scale=0.0)
    return layers.Add()([x if x.shape[-1] == channels else convolution(x, channels, 1), h])


def unet(
    shape: tuple[int, int, int],
    channels: int,
    multipliers: Sequence[int],
    blocks: int,
    attention: Sequence[int],
    dropout: float,
    groups: int,
) -> keras.Model:
    """The authors' U-Net: (images [n, *shape], times [n]) -> noise [n, *shape].

    Level i has maps of half the side of the level before, and `channels` * `multipliers[i]` of them. On the
    way down it has `blocks` residual blocks, on the way up one more, each of which is also given what the net
    had there on the way down. At levels whose side is in `attention`, and at the bottom, places attend to one
    another.
    """
    x, t = layers.Input(shape), layers.Input((), dtype="float32")
    time = time_code(t, channels)

    def block(h: Any, width: int) -> Any:
        h = residual_block(h, time, width, dropout, groups)
        return SelfAttention(groups)(h) if h.shape[1] in attention else h

    h = convolution(x, channels)
    kept = [h]
    for level, multiplier in enumerate(multipliers):
        for _ in range(blocks):
            h = block(h, channels * multiplier)
            kept.append(h)
        if level < len(multipliers) - 1:
            h = convolution(h, h.shape[-1], stride=2)
            kept.append(h)
    h = residual_block(h, time, h.shape[-1], dropout, groups)
    h = SelfAttention(groups)(h)
    h = residual_block(h, time, h.shape[-1], dropout, groups)
    for level, multiplier in reversed(list(enumerate(multipliers))):
        for _ in range(blocks + 1):
            h = block(layers.Concatenate()([h, kept.pop()]), channels * multiplier)
        if level:
            h = convolution(Doubled()(h), h.shape[-1])
    return keras.Model([x, t], convolution(normalized(h, groups), shape[-1], scale=0.0))


def dense_denoiser(
    shape: tuple[int, ...], channels: int, units: int, blocks: int, dropout: float
) -> keras.Model:
    """The same idea without convolutions: residual blocks of `units` units that are each told the time.

    (images [n, *shape], times [n]) -> noise [n, *shape].
    """
    x, t = layers.Input(shape), layers.Input((), dtype="float32")
    time = time_code(t, channels)
    h = dense(layers.Flatten()(x), units)
    for _ in range(blocks):
        inner = dense(layers.Activation("silu")(layers.LayerNormalization()(h)), units)
        inner = layers.Add()([inner, dense(time, units)])
        inner = layers.Dropout(dropout)(layers.Activation("silu")(layers.LayerNormalization()(inner)))
        h = layers.Add()([h, dense(inner, units, scale=0.0)])
    h = layers.Activation("silu")(layers.LayerNormalization()(h))
    return keras.Model([x, t], layers.Reshape(shape)(dense(h, math.prod(shape), scale=0.0)))
