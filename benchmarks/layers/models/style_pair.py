"""A generator whose layers are steered by styles, a slow average of it, and the net that judges images.

Karras et al., "Analyzing and improving the image quality of StyleGAN" (2020).
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.models.gaussian_diffusion import normal


class StyleGenerator(keras.Model):
    """A net that makes vectors w of noise, and one that draws images whose layers are steered by them.

    `mapping` maps z [n, latent] to w [n, d]. `synthesis` maps styles [n, depth, d], one w for each of its
    layers, the coarsest first, and noise [n, pixels], the numbers of all its noise maps, to images [n, h, w,
    c] from -1 to 1.
    """

    def __init__(self, mapping: Any, synthesis: Any) -> None:
        super().__init__()
        self.mapping, self.synthesis = mapping, synthesis
        self.latent = mapping.input_shape[-1]
        (_, self.depth, self.width), (_, self.pixels) = synthesis.input_shape
        self.built = True

    def styles(self, w: Any) -> Any:
        """The same w [n, d] for all layers: [n, depth, d]."""
        return ops.repeat(w[:, None], self.depth, axis=1)

    def call(self, z: Any, noise: Any) -> Any:
        """Images [n, h, w, c] from -1 to 1 made of z [n, latent] and noise [n, pixels]."""
        return self.synthesis([self.styles(self.mapping(z)), noise])


class StylePair(keras.Model):
    """A `StyleGenerator`, an `average` of the same nets by which samples are drawn, and a `discriminator`.

    The average learns nothing by itself: a rule lets it follow the generator. `discriminator` maps images
    from -1 to 1 to a logit [n, 1], high for "real". Data `x`, divided by `scale`, are images of the
    generator's output shape from 0 to 1. A sample takes `latent` uniform numbers: those of z, then those of
    all noise maps, so that the same numbers give the same image.
    """

    def __init__(
        self, generator: StyleGenerator, average: StyleGenerator, discriminator: Any, scale: float
    ) -> None:
        super().__init__()
        self.generator, self.average, self.discriminator = generator, average, discriminator
        self.average.trainable = False
        self.latent = generator.latent + generator.pixels
        self.shape = tuple(generator.synthesis.output_shape[1:])
        self.scale = scale
        self.built = True

    def intensity(self, x: Any) -> Any:
        """Data as images [n, ...] in [0, 1]."""
        return ops.reshape(ops.cast(x, "float32"), (-1, *self.shape)) / self.scale

    def seen(self, x: Any) -> Any:
        """Data as the nets see images: [n, ...] in [-1, 1]."""
        return 2.0 * self.intensity(x) - 1.0

    def mixed(self, coarse: Any, fine: Any, from_layer: int) -> Any:
        """Images [n, ...] in [0, 1] whose layers from number `from_layer` on have the styles of `fine`.

        The layers before, and the noise, are those of `coarse`; both are uniform numbers [n, latent].
        """
        size = self.generator.latent
        coarse, fine = normal(coarse), normal(fine)
        before, after = (
            self.average.styles(self.average.mapping(numbers[:, :size])) for numbers in (coarse, fine)
        )
        styles = ops.concatenate([before[:, :from_layer], after[:, from_layer:]], axis=1)
        return self._shown(self.average.synthesis([styles, coarse[:, size:]]))

    def generate(self, uniform: Any) -> Any:
        """Images [n, ...] in [0, 1] made of uniform numbers [n, latent] in [0, 1)."""
        numbers, size = normal(uniform), self.generator.latent
        return self._shown(self.average(numbers[:, :size], numbers[:, size:]))

    def _shown(self, images: Any) -> Any:
        return ops.clip(0.5 + 0.5 * ops.cast(images, "float32"), 0.0, 1.0)

    def call(self, x: Any, training: bool = False) -> Any:
        """The discriminator's logits [n, 1] for data `x`."""
        return self.discriminator(self.seen(x), training=training)
