"""An autoencoder whose code is a distribution: Kingma and Welling, "Auto-encoding variational Bayes"
(2013)."""

import math
from typing import Any

import keras
from keras import ops

from benchmarks.layers.units.stochastic import sample


def divergence(mean: Any, log_variance: Any) -> Any:
    """KL(N(mean, variance) || N(0, 1)), summed over the last axis: [n] in nats (appendix B)."""
    return 0.5 * ops.sum(ops.exp(log_variance) + ops.square(mean) - 1.0 - log_variance, axis=-1)


def standard_normal(uniform: Any) -> Any:
    """Standard normal numbers made of uniform ones in [0, 1), by the inverse of their distribution."""
    inside = ops.clip(uniform, 1e-6, 1.0 - 1e-6)
    return 2.0**0.5 * ops.erfinv(2.0 * inside - 1.0)


class VariationalAutoencoder(keras.Model):
    """`encoder` [n, visible] -> [n, 2 latent], the mean and the log-variance of q(z|v); `decoder` [n, latent]
    -> [n, visible], the logits of p(v|z), if `likelihood` is "bernoulli".

    If it is "gaussian", the decoder gives [n, 2 visible], mean and log-variance of each visible unit. The
    prior of z is standard normal. Data `x` of `input_shape`, divided by `scale`, are `intensity` [n, visible]
    in [0, 1]: with a Bernoulli decoder the probabilities with which binary units are on.
    """

    def __init__(
        self,
        encoder: Any,
        decoder: Any,
        input_shape: tuple[int, ...],
        scale: float = 1.0,
        likelihood: str = "bernoulli",
    ) -> None:
        super().__init__()
        if likelihood not in ("bernoulli", "gaussian"):
            raise ValueError(f"likelihood is {likelihood!r}; it must be bernoulli or gaussian")
        self.encoder, self.decoder = encoder, decoder
        self.visible = math.prod(input_shape)
        self.latent = encoder.output_shape[-1] // 2
        self.scale = scale
        self.likelihood = likelihood
        self.seed = keras.random.SeedGenerator()
        self.built = True

    def intensity(self, x: Any) -> Any:
        """Data as float32 [n, visible] in [0, 1]."""
        return ops.reshape(ops.cast(x, "float32"), (-1, self.visible)) / self.scale

    def drawn(self, x: Any) -> Any:
        """Binary examples [n, visible] of data `x`, drawn anew at each call; Gaussian ones are as they
        are."""
        intensity = self.intensity(x)
        if self.likelihood == "gaussian":
            return intensity
        return sample(intensity, self.seed)

    def posterior(self, v: Any) -> tuple[Any, Any]:
        """Mean and log-variance of q(z|v), each [n, latent]."""
        outputs = ops.cast(self.encoder(v), "float32")
        return outputs[:, : self.latent], outputs[:, self.latent :]

    def log_decoded(self, v: Any, z: Any) -> Any:
        """log p(v|z) [n] of `v` [n, visible] and codes `z` [n, latent] (appendix C)."""
        outputs = ops.cast(self.decoder(z), "float32")
        if self.likelihood == "bernoulli":
            return ops.sum(v * outputs - ops.softplus(outputs), axis=-1)
        mean, log_variance = outputs[:, : self.visible], outputs[:, self.visible :]
        squares = ops.square(v - mean) * ops.exp(-log_variance)
        return -0.5 * ops.sum(math.log(2.0 * math.pi) + log_variance + squares, axis=-1)

    def bound(self, v: Any, normal: Any) -> Any:
        """The lower bound of log p(v) [n], with the divergence in closed form (equation 10), from one code of
        each example, made of `normal` numbers [n, latent]: z = mean + deviation * normal."""
        mean, log_variance = self.posterior(v)
        z = mean + ops.exp(0.5 * log_variance) * normal
        return self.log_decoded(v, z) - divergence(mean, log_variance)

    def log_weights(self, v: Any, normal: Any) -> Any:
        """log p(v, z) - log q(z|v) [n, k] of codes made of normal numbers [n, k, latent]."""
        v, normal = ops.cast(v, "float32"), ops.cast(normal, "float32")
        codes = normal.shape[1]
        mean, log_variance = self.posterior(v)
        z = mean[:, None] + ops.exp(0.5 * log_variance[:, None]) * normal
        decoded = self.log_decoded(ops.repeat(v, codes, axis=0), ops.reshape(z, (-1, self.latent)))
        prior_to_proposal = 0.5 * ops.sum(ops.square(normal) + log_variance[:, None] - ops.square(z), axis=-1)
        return ops.reshape(decoded, (-1, codes)) + prior_to_proposal

    def decode(self, z: Any) -> Any:
        """The mean [n, visible] of p(v|z), in [0, 1] if Bernoulli."""
        outputs = ops.cast(self.decoder(z), "float32")
        return ops.sigmoid(outputs) if self.likelihood == "bernoulli" else outputs[:, : self.visible]

    def generate(self, uniform: Any) -> Any:
        """The means [n, visible] of codes from the prior, made of uniform numbers [n, latent]."""
        return self.decode(standard_normal(uniform))

    def call(self, x: Any, training: bool = False) -> Any:
        """The decoder's outputs for the mean code of data `x`."""
        return self.decoder(self.posterior(self.intensity(x))[0])

    def reconstruct(self, intensities: Any) -> Any:
        """What the mean code of grey values [n, visible] decodes to."""
        return self.decode(self.posterior(ops.cast(intensities, "float32"))[0])
