"""A generator of images, and the net that judges them: any two nets, with noise of either kind."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.models.gaussian_diffusion import normal

NOISES = ("uniform", "normal")


class ImagePair(keras.Model):
    """A generator of images and a discriminator (or critic) that judges them.

    `generator` maps noise [n, latent] to images in [0, 1], `discriminator` images to a number [n, 1] that is
    high for real ones. Data `x`, divided by `scale`, are images of the generator's output shape. The noise is
    uniform between -1 and 1 in each of its `latent` components, or standard normal.
    """

    def __init__(self, generator: Any, discriminator: Any, scale: float, noise: str) -> None:
        super().__init__()
        if noise not in NOISES:
            raise ValueError(f"the noise is {noise!r}; it must be {' or '.join(NOISES)}")
        self.generator = generator
        self.discriminator = discriminator
        self.latent = generator.input_shape[-1]
        self.shape = tuple(generator.output_shape[1:])
        self.scale = scale
        self.kind = noise
        self.built = True

    def intensity(self, x: Any) -> Any:
        """Data as images [n, ...] in [0, 1]."""
        return ops.reshape(ops.cast(x, "float32"), (-1, *self.shape)) / self.scale

    def noise(self, uniform: Any) -> Any:
        """The generator's input [n, latent] made of uniform numbers in [0, 1)."""
        return 2.0 * uniform - 1.0 if self.kind == "uniform" else normal(uniform)

    def generate(self, uniform: Any) -> Any:
        """Images [n, ...] in [0, 1] made of uniform numbers [n, latent] in [0, 1)."""
        return self.from_noise(self.noise(uniform))

    def from_noise(self, noise: Any) -> Any:
        """Images [n, ...] in [0, 1] made of noise [n, latent]."""
        return ops.cast(self.generator(noise, training=False), "float32")

    def call(self, x: Any, training: bool = False) -> Any:
        """The verdicts [n, 1] on data `x`."""
        return self.discriminator(self.intensity(x), training=training)
