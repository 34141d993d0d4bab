"""Images as sequences of binary pixels, each predicted from those before it: van den Oord, Kalchbrenner and
Kavukcuoglu, "Pixel recurrent neural networks" (2016), the PixelCNN."""

import math
from typing import Any

import keras
from keras import layers, ops

from benchmarks.layers.convolution.masked_convolution import MaskedConvolution


def masked_network(shape: tuple[int, int, int], maps: int, blocks: int, first: int, top: int) -> Any:
    """[n, h, w, 1] -> logits [n, h, w, 1] (table 1, figure 5): a `first` x `first` convolution with mask A,
    `blocks` residual blocks of 2 `maps`, and two 1x1 convolutions, the first of which has `top` maps."""
    inputs = keras.Input(shape)
    x = MaskedConvolution(2 * maps, first, "A")(inputs)
    for _ in range(blocks):
        inner = MaskedConvolution(maps, 1, "B")(ops.relu(x))
        inner = MaskedConvolution(maps, 3, "B")(ops.relu(inner))
        x = x + MaskedConvolution(2 * maps, 1, "B")(ops.relu(inner))
    x = MaskedConvolution(top, 1, "B")(ops.relu(x))
    return keras.Model(inputs, layers.Conv2D(1, 1, kernel_initializer="zeros")(ops.relu(x)))


class PixelCNN(keras.Model):
    """p(v) = the product of p(v_i | v_1 .. v_i-1) over binary pixels, row after row; `network` [n, h, w, 1]
    -> logits.

    Data `x` of `input_shape`, divided by `scale`, are the probabilities in [0, 1] with which pixels are on.
    """

    def __init__(self, network: Any, input_shape: tuple[int, int, int], scale: float = 1.0) -> None:
        super().__init__()
        self.network = network
        self.shape = tuple(input_shape)
        self.visible = self.latent = math.prod(input_shape)
        self.scale = scale
        self.seed = keras.random.SeedGenerator()
        self.built = True

    def intensity(self, x: Any) -> Any:
        """The probabilities [n, visible] that data stand for."""
        return ops.reshape(ops.cast(x, "float32"), (-1, self.visible)) / self.scale

    def drawn(self, x: Any) -> Any:
        """Binary examples [n, visible] of data `x`, drawn anew at each call."""
        intensity = self.intensity(x)
        uniform = keras.random.uniform(ops.shape(intensity), dtype="float32", seed=self.seed)
        return ops.cast(uniform < intensity, "float32")

    def logits(self, v: Any) -> Any:
        """The logits [n, visible] of each pixel of binary `v` [n, visible], given those before it."""
        images = ops.reshape(ops.cast(v, "float32"), (-1, *self.shape))
        return ops.reshape(ops.cast(self.network(images), "float32"), (-1, self.visible))

    def free_energy(self, v: Any) -> Any:
        """-log p(v) [n], in nats."""
        logits = self.logits(v)
        return ops.sum(ops.softplus(logits) - ops.cast(v, "float32") * logits, axis=-1)

    def sampled(self, uniform: Any) -> tuple[Any, Any]:
        """Images drawn pixel after pixel by uniform numbers [n, visible]: binary, and the probabilities
        with which the pixels were drawn, both [n, visible]."""
        uniform = ops.cast(uniform, "float32")
        nothing = ops.zeros_like(uniform)

        def step(state: tuple[Any, Any], place: Any) -> tuple[tuple[Any, Any], None]:
            drawn, probabilities = state
            probability = ops.sigmoid(self.logits(drawn))
            on = ops.cast(uniform < probability, "float32")
            return (drawn + place * on, probabilities + place * probability), None

        (drawn, probabilities), _ = ops.scan(step, (nothing, nothing), ops.eye(self.visible, dtype="float32"))
        return drawn, probabilities

    def generate(self, uniform: Any) -> Any:
        """The probabilities [n, visible] with which the pixels of samples were drawn."""
        return self.sampled(uniform)[1]

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits [n, visible] of data `x` themselves."""
        return self.logits(self.intensity(x))
