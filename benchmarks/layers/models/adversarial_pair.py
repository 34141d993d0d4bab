"""A generator and the discriminator that it is trained against."""

from typing import Any

import keras
import numpy as np
from keras import ops


class AdversarialPair(keras.Model):
    """A generator of images and a discriminator that judges them.

    `generator` maps [n, latent] to images in [0, 1], `discriminator` images to a logit [n, 1], high for
    "real". Data `x`, divided by `scale`, are images of the generator's output shape. The noise is uniform
    with mean 0 and variance 1 in each of its `latent` components.
    """

    def __init__(self, generator: Any, discriminator: Any, scale: float = 1.0) -> None:
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator
        self.latent = generator.input_shape[-1]
        self.shape = tuple(generator.output_shape[1:])
        self.scale = scale
        self.built = True

    def adapt(self, x: np.ndarray) -> None:
        """Make the generator start from the mean image of the training data.

        Sets the biases of a sigmoid output layer so that it gives that image if all else is 0.
        """
        last = self.generator.layers[-1]
        mean = np.asarray(x, "float64").mean(0).reshape(last.bias.shape) / self.scale
        # Pixels that are always off would need an infinite bias; the bounds are those of the
        # authors' library, Pylearn2.
        mean = np.clip(mean, 1e-7, 1 - 1e-7)
        last.bias.assign((np.log(mean) - np.log1p(-mean)).astype("float32"))

    def intensity(self, x: Any) -> Any:
        """Data as images [n, ...] in [0, 1]."""
        return ops.reshape(ops.cast(x, "float32"), (-1, *self.shape)) / self.scale

    def noise(self, uniform: Any) -> Any:
        """The generator's input [n, latent] made of uniform numbers in [0, 1)."""
        return (2.0 * uniform - 1.0) * 3.0**0.5

    def generate(self, uniform: Any) -> Any:
        """Images [n, ...] in [0, 1] made of uniform numbers [n, latent] in [0, 1)."""
        return ops.cast(self.generator(self.noise(uniform), training=False), "float32")

    def call(self, x: Any, training: bool = False) -> Any:
        """The discriminator's logits [n, 1] for data `x`."""
        return self.discriminator(self.intensity(x), training=training)
