"""Autoencoders: nets that give back what they were given."""

import math
from typing import Any

import keras
from keras import ops


class TiedAutoencoder(keras.layers.Layer):
    """y = sigmoid(x W + b), z = y Wᵀ + b': the decoder's weights are the encoder's, transposed.

    Maps [n, visible] to [n, visible]; z are logits or means, as the loss has it.
    """

    def __init__(self, hidden: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hidden = hidden

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Make `kernel` [visible, hidden], `hidden_bias` and `visible_bias`."""
        visible = input_shape[-1]
        self.kernel = self.add_weight(
            shape=(visible, self.hidden), initializer="glorot_uniform", name="kernel"
        )
        self.hidden_bias = self.add_weight(shape=(self.hidden,), initializer="zeros", name="hidden_bias")
        self.visible_bias = self.add_weight(shape=(visible,), initializer="zeros", name="visible_bias")

    def call(self, x: Any) -> Any:
        """The reconstruction of `x`."""
        hidden = ops.sigmoid(ops.matmul(x, self.kernel) + self.hidden_bias)
        return ops.matmul(hidden, ops.transpose(self.kernel)) + self.visible_bias


class Autoencoder(keras.Model):
    """`network` [n, visible] -> [n, visible] between an optional corruption and a likelihood.

    Data `x` of `input_shape`, divided by `scale`, are `intensity` [n, visible] in [0, 1]. With likelihood
    "bernoulli" the network's outputs are logits, scored by cross-entropy, with "gaussian" they
    are means, scored by their squared error.
    """

    def __init__(
        self,
        network: Any,
        input_shape: tuple[int, ...],
        scale: float = 1.0,
        corruption: Any = None,
        likelihood: str = "bernoulli",
    ) -> None:
        super().__init__()
        if likelihood not in ("bernoulli", "gaussian"):
            raise ValueError(f"likelihood is {likelihood!r}; it must be bernoulli or gaussian")
        self.corruption = corruption
        self.network = network
        self.visible = math.prod(input_shape)
        self.scale = scale
        self.likelihood = likelihood
        self.network.build((None, self.visible))
        self.built = True

    def intensity(self, x: Any) -> Any:
        """What is to be reconstructed: float32 [n, visible] in [0, 1]."""
        return ops.reshape(ops.cast(x, "float32"), (-1, self.visible)) / self.scale

    def call(self, x: Any, training: bool = False) -> Any:
        """The outputs [n, visible] for data `x`, corrupted while training."""
        intensity = self.intensity(x)
        if self.corruption is not None:
            intensity = self.corruption(intensity, training=training)
        return self.network(intensity)

    def reconstruct(self, intensity: Any) -> Any:
        """The reconstruction [n, visible] of (corrupted) intensities, in the units of intensities."""
        outputs = ops.cast(self.network(intensity), "float32")
        return ops.sigmoid(outputs) if self.likelihood == "bernoulli" else outputs
