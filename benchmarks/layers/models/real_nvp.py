"""Invertible nets whose Jacobian determinant is cheap: Dinh, Sohl-Dickstein and Bengio, "Density estimation
using Real NVP" (2016)."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

#: Added to variances (the authors' code).
EPSILON = 1e-4


class AffineCoupling(layers.Layer):
    """y = b x + (1 - b) (x exp(s(b x)) + t(b x)) with a binary mask b (equation 9).

    `network` maps b x to twice as many channels (or units), t and what becomes s: s is the hyperbolic tangent
    of it, times a learned `rescaling`, which starts from 0.
    """

    def __init__(self, mask: np.ndarray, network: Any, penalty: float = 0.0, **kwargs: Any) -> None:
        super().__init__(dtype="float32", **kwargs)  # or the inverse would lose digits
        self.mask = np.asarray(mask, "float32")
        self.network = network
        self.rescaling = self.add_weight(
            shape=(), initializer="zeros", regularizer=keras.regularizers.L2(penalty), name="rescaling"
        )
        self.built = True

    def shift_and_scale(self, x: Any, training: bool) -> tuple[Any, Any]:
        """t and s, 0 where the mask is 1."""
        outputs = self.network(self.mask * x, training=training)
        shift, scale = ops.split(ops.cast(outputs, "float32"), 2, axis=-1)
        free = 1.0 - self.mask
        return free * shift, free * (self.rescaling.value * ops.tanh(scale))

    def call(self, x: Any, training: bool = False) -> tuple[Any, Any]:
        """y, and the logarithm of the Jacobian determinant [n]."""
        shift, scale = self.shift_and_scale(x, training)
        return x * ops.exp(scale) + shift, ops.sum(scale, axis=tuple(range(1, len(x.shape))))

    def inverse(self, y: Any) -> Any:
        """x (equation 8)."""
        shift, scale = self.shift_and_scale(y, False)
        return (y - shift) * ops.exp(-scale)


class FlowNormalization(layers.Layer):
    """Batch normalisation of a flow: x -> (x - mean) / deviation for each channel (equations 17 and 18).

    Moving averages, with this `momentum`, take the place of a batch's statistics after training.
    """

    def __init__(self, channels: int, momentum: float = 0.9, **kwargs: Any) -> None:
        super().__init__(dtype="float32", **kwargs)
        self.momentum = momentum
        self.mean = self.add_weight(shape=(channels,), initializer="zeros", trainable=False, name="mean")
        self.variance = self.add_weight(
            shape=(channels,), initializer="ones", trainable=False, name="variance"
        )
        self.built = True

    def call(self, x: Any, training: bool = False) -> tuple[Any, Any]:
        """y, and the logarithm of the Jacobian determinant, the same for all examples: scalar."""
        mean, variance = self.mean.value, self.variance.value
        if training:
            mean, variance = ops.moments(x, axes=tuple(range(len(x.shape) - 1)))
            for kept, now in ((self.mean, mean), (self.variance, variance)):
                kept.assign(self.momentum * kept.value + (1.0 - self.momentum) * ops.stop_gradient(now))
        places = math.prod(x.shape[1:-1])
        logs = ops.log(variance + EPSILON)
        return (x - mean) * ops.exp(-0.5 * logs), -0.5 * places * ops.sum(logs)

    def inverse(self, y: Any) -> Any:
        """x."""
        return y * ops.sqrt(self.variance.value + EPSILON) + self.mean.value


def checkerboard(height: int, width: int, odd: bool) -> np.ndarray:
    """float32 [1, h, w, 1]: 1 where the sum of the coordinates is odd, or even."""
    places = np.arange(height)[:, None] + np.arange(width)
    return (places % 2 == int(odd)).astype("float32")[None, :, :, None]


def half_of_channels(channels: int, first: bool) -> np.ndarray:
    """float32 [1, 1, 1, c]: 1 in the first half, or in the second."""
    return ((np.arange(channels) < channels // 2) == first).astype("float32")[None, None, None]


def squeeze(x: Any) -> Any:
    """[n, h, w, c] -> [n, h/2, w/2, 4c]: the pixels of each square of four, one group of channels for
    each."""
    _, height, width, channels = x.shape
    x = ops.reshape(x, (-1, height // 2, 2, width // 2, 2, channels))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, height // 2, width // 2, 4 * channels))


def unsqueeze(x: Any) -> Any:
    """The inverse of `squeeze`."""
    _, height, width, channels = x.shape
    x = ops.reshape(x, (-1, height, width, 2, 2, channels // 4))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, 2 * height, 2 * width, channels // 4))


def factor_out(x: Any) -> tuple[Any, Any]:
    """What is done and what goes on, of squeezed pixels [n, h, w, 4c]: one diagonal of each square, and the
    other."""
    first, second, third, fourth = ops.split(x, 4, axis=-1)
    return ops.concatenate([second, third], axis=-1), ops.concatenate([first, fourth], axis=-1)


def take_in(done: Any, gone_on: Any) -> Any:
    """The inverse of `factor_out`."""
    second, third = ops.split(done, 2, axis=-1)
    first, fourth = ops.split(gone_on, 2, axis=-1)
    return ops.concatenate([first, second, third, fourth], axis=-1)


def residual_network(shape: tuple[int, int, int], maps: int, blocks: int) -> Any:
    """s and t of images: [n, h, w, c] -> [n, h, w, 2c], as the authors' code has it, without weight
    normalisation.

    The input and its negative are rectified; each block adds two 3x3 convolutions; what follows every block
    is added up by 1x1 convolutions.
    """

    def normalized(x: Any) -> Any:
        return layers.BatchNormalization(momentum=0.9, epsilon=EPSILON, scale=False)(x)

    def convolution(x: Any, filters: int, size: int, bias: bool = True) -> Any:
        return layers.Conv2D(filters, size, padding="same", use_bias=bias, kernel_initializer="he_normal")(x)

    inputs = keras.Input(shape)
    x = normalized(inputs)
    x = ops.relu(ops.concatenate([x, -x], axis=-1))
    x = convolution(x, maps, 3)
    skipped = convolution(x, maps, 1)
    for _ in range(blocks):
        inner = convolution(ops.relu(normalized(x)), maps, 3, bias=False)
        x = x + convolution(ops.relu(normalized(inner)), maps, 3)
        skipped = skipped + convolution(x, maps, 1)
    return keras.Model(inputs, convolution(ops.relu(normalized(skipped)), 2 * shape[-1], 1))


def dense_network(shape: tuple[int, int, int], units: int, hidden_layers: int) -> Any:
    """s and t of small images [n, h, w, c] -> [n, h, w, 2c], by fully connected rectified layers."""
    inputs = keras.Input(shape)
    x = layers.Flatten()(inputs)
    for _ in range(hidden_layers):
        x = layers.Dense(units, "relu", kernel_initializer="he_normal")(x)
    x = layers.Dense(2 * math.prod(shape))(x)
    return keras.Model(inputs, layers.Reshape((*shape[:2], 2 * shape[2]))(x))


class RealNVP(keras.Model):
    """A density over images of integer `levels` 0..levels - 1, to which uniform noise of one level is added.

    `scales` are pairs of sequences of couplings and normalisations, before and after a squeeze; behind each
    pair half of the numbers is done. `last` are those behind all pairs. What comes out is standard normal.
    Values v = (level + noise) / levels in [0, 1) pass a logit first, squeezed by `margin` at either end.
    """

    def __init__(
        self,
        scales: Sequence[tuple[Sequence[Any], Sequence[Any]]],
        last: Sequence[Any],
        input_shape: tuple[int, int, int],
        levels: int = 256,
        flips: bool = False,
        margin: float = 0.05,
    ) -> None:
        super().__init__()
        self.before = [list(pair[0]) for pair in scales]
        self.after = [list(pair[1]) for pair in scales]
        self.last = list(last)
        self.shape = tuple(input_shape)
        self.visible = self.latent = math.prod(input_shape)
        self.levels, self.flips, self.margin = levels, flips, margin
        self.seed = keras.random.SeedGenerator()
        self.built = True

    def intensity(self, x: Any) -> Any:
        """Levels as float32 [n, visible] from 0 to 1."""
        return ops.reshape(ops.cast(x, "float32"), (-1, self.visible)) / (self.levels - 1)

    def dequantised(self, x: Any) -> Any:
        """(level + noise) / levels [n, visible], drawn anew at each call; half of the images are mirrored if
        `flips`."""
        levels = ops.reshape(ops.cast(x, "float32"), (-1, *self.shape))
        if self.flips:
            coins = keras.random.uniform((ops.shape(levels)[0], 1, 1, 1), dtype="float32", seed=self.seed)
            levels = ops.where(coins < 0.5, ops.flip(levels, axis=2), levels)
        noise = keras.random.uniform(ops.shape(levels), dtype="float32", seed=self.seed)
        return ops.reshape((levels + noise) / self.levels, (-1, self.visible))

    def transformed(self, v: Any, training: bool = False) -> tuple[Any, Any]:
        """Numbers z [n, visible] of v [n, visible], and the logarithm of the Jacobian determinant [n]."""
        share = self.margin + (1.0 - 2.0 * self.margin) * ops.cast(v, "float32")
        h = ops.log(share) - ops.log1p(-share)
        logs = ops.sum(math.log(1.0 - 2.0 * self.margin) - ops.log(share) - ops.log1p(-share), axis=-1)
        h = ops.reshape(h, (-1, *self.shape))
        done = []
        for before, after in zip(self.before, self.after, strict=True):
            h, logs = through(before, h, logs, training)
            h, logs = through(after, squeeze(h), logs, training)
            out, h = factor_out(h)
            done.append(ops.reshape(out, (-1, math.prod(out.shape[1:]))))
        h, logs = through(self.last, h, logs, training)
        return ops.concatenate([*done, ops.reshape(h, (-1, math.prod(h.shape[1:])))], axis=-1), logs

    def restored(self, z: Any) -> Any:
        """The values v [n, visible] of numbers z [n, visible]: the inverse of `transformed`."""
        height, width, channels = self.shape
        shapes, start = [], 0
        for _ in self.before:
            height, width, channels = height // 2, width // 2, 2 * channels
            shapes.append((start, (height, width, channels)))
            start += height * width * channels
        h = back(self.last, ops.reshape(z[:, start:], (-1, height, width, channels)))
        for number in reversed(range(len(self.before))):
            start, shape = shapes[number]
            done = ops.reshape(z[:, start : start + math.prod(shape)], (-1, *shape))
            h = unsqueeze(back(self.after[number], take_in(done, h)))
            h = back(self.before[number], h)
        share = ops.sigmoid(ops.reshape(h, (-1, self.visible)))
        return (share - self.margin) / (1.0 - 2.0 * self.margin)

    def log_density(self, v: Any, training: bool = False) -> Any:
        """log p(v) [n] by the change of variables (equation 3)."""
        z, logs = self.transformed(v, training)
        return logs - 0.5 * ops.sum(math.log(2.0 * math.pi) + ops.square(z), axis=-1)

    def free_energy(self, v: Any) -> Any:
        """-log p(v) [n]."""
        return -self.log_density(v)

    def generate(self, uniform: Any) -> Any:
        """Images [n, visible] of levels from 0 to 1, made of uniform numbers [n, visible]."""
        inside = ops.clip(ops.cast(uniform, "float32"), 1e-6, 1.0 - 1e-6)
        v = self.restored(2.0**0.5 * ops.erfinv(2.0 * inside - 1.0))
        return ops.clip(ops.floor(self.levels * v), 0, self.levels - 1) / (self.levels - 1)

    def call(self, x: Any, training: bool = False) -> Any:
        """The numbers z [n, visible] of data `x`, each level taken in its middle."""
        levels = ops.reshape(ops.cast(x, "float32"), (-1, self.visible))
        return self.transformed((levels + 0.5) / self.levels, training)[0]


def through(parts: Sequence[Any], h: Any, logs: Any, training: bool) -> tuple[Any, Any]:
    """`h` behind these couplings and normalisations, and `logs` with their determinants."""
    for part in parts:
        h, more = part(h, training=training)
        logs = logs + more
    return h, logs


def back(parts: Sequence[Any], h: Any) -> Any:
    """The inverse of `through`."""
    for part in reversed(parts):
        h = part.inverse(h)
    return h
