"""Images that dissolve in Gaussian noise, and a net that learns the way back.

Ho, Jain, Abbeel, "Denoising diffusion probabilistic models" (2020), section 2 and algorithms 1 and 2. Time t
counts from 1 to T as in the paper; the arrays of the schedule begin with t = 1.
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.units import draws


@dataclass(frozen=True)
class Schedule:
    """The variances of all steps and what follows from them: float64 [T] each.

    `betas` are the variances of the noise that single steps add, `kept` the products ᾱ_t of 1 - β. Given x_0
    and x_t, x_{t-1} is normal with mean `from_start` x_0 + `from_now` x_t and variance `posterior`
    (equations 6 and 7).
    """

    betas: np.ndarray
    kept: np.ndarray
    from_start: np.ndarray
    from_now: np.ndarray
    posterior: np.ndarray


def linear_schedule(steps: int, first: float, last: float) -> Schedule:
    """Variances that grow linearly from `first` to `last` in `steps` steps."""
    betas = np.linspace(first, last, steps)
    kept = np.cumprod(1.0 - betas)
    before = np.concatenate([[1.0], kept[:-1]])
    return Schedule(
        betas=betas,
        kept=kept,
        from_start=betas * np.sqrt(before) / (1.0 - kept),
        from_now=(1.0 - before) * np.sqrt(1.0 - betas) / (1.0 - kept),
        posterior=betas * (1.0 - before) / (1.0 - kept),
    )


def normal(uniform: Any) -> Any:
    """Standard normal numbers made of uniform ones in [0, 1), by the inverse of their distribution."""
    inside = ops.clip(2.0 * uniform - 1.0, -1.0 + 1e-7, 1.0 - 1e-7)
    return 2.0**0.5 * ops.erfinv(inside)


class GaussianDiffusion(keras.Model):
    """Draws images of `shape` by removing noise in `steps` steps, in which `denoiser` says what is noise.

    `denoiser` maps images [n, *shape] and times [n] (float, 1 to `steps`) to the noise in them. Data `x`,
    divided by `scale`, are grey values from 0 to 1, which the net sees from -1 to 1. While sampling, the
    image that the net believes to be behind the noise is clipped to that range if `clip` is True, as in the
    authors' code. The noise of each step back has the variance β_t. Times and noise of the loss come from a
    seed generator among the variables.
    """

    def __init__(
        self,
        denoiser: Any,
        shape: tuple[int, ...],
        steps: int,
        first: float,
        last: float,
        scale: float = 1.0,
        clip: bool = True,
    ) -> None:
        super().__init__()
        self.denoiser = denoiser
        self.shape = tuple(shape)
        self.steps = steps
        self.schedule = linear_schedule(steps, first, last)
        self.scale = scale
        self.clip = clip
        self.pixels = int(np.prod(self.shape))
        self.latent = steps * self.pixels
        self.random = keras.random.SeedGenerator()
        self.built = True

    def intensity(self, x: Any) -> Any:
        """Data as images [n, *shape] in [0, 1]."""
        return ops.reshape(ops.cast(x, "float32"), (-1, *self.shape)) / self.scale

    def at(self, values: np.ndarray, t: Any) -> Any:
        """What an array of the schedule holds for times t, int [n]: [n, 1, ...]."""
        found = ops.take(ops.convert_to_tensor(values.astype("float32")), t - 1)
        return ops.reshape(found, (-1, *(1 for _ in self.shape)))

    def noised(self, start: Any, t: Any, noise: Any) -> Any:
        """x_t for x_0 = `start` in one go, with standard normal `noise` (equation 4)."""
        return (
            self.at(np.sqrt(self.schedule.kept), t) * start
            + self.at(np.sqrt(1.0 - self.schedule.kept), t) * noise
        )

    def call(self, x: Any, t: Any, training: bool = False) -> Any:
        """The noise that the net sees in images x [n, *shape] at times t, int [n]: float32."""
        return ops.cast(self.denoiser([x, ops.cast(t, "float32")], training=training), "float32")

    def denoising_loss(self, x: Any, training: bool = True) -> Any:
        """The mean square of what the net gets wrong about the noise (equation 14), at random times."""
        start = 2.0 * self.intensity(x) - 1.0
        number = ops.shape(start)[0]
        u = keras.random.uniform((number,), dtype="float32", seed=self.random)
        t = 1 + ops.minimum(ops.cast(u * self.steps, "int32"), self.steps - 1)
        noise = draws.normal(start.shape, self.random)
        return ops.mean(ops.square(noise - self(self.noised(start, t, noise), t, training=training)))

    def believed(self, x: Any, t: Any) -> Any:
        """The image x_0 that the net believes to be behind x_t."""
        kept = self.schedule.kept
        start = self.at(1.0 / np.sqrt(kept), t) * x - self.at(np.sqrt(1.0 / kept - 1.0), t) * self(x, t)
        return ops.clip(start, -1.0, 1.0) if self.clip else start

    def step_back(self, x: Any, t: Any, noise: Any) -> Any:
        """x_{t-1} for x_t, with standard normal `noise`; the last step, at t = 1, adds none."""
        mean = (
            self.at(self.schedule.from_start, t) * self.believed(x, t)
            + self.at(self.schedule.from_now, t) * x
        )
        # Index 0 is t = 1.
        deviations = np.sqrt(self.schedule.betas) * (np.arange(self.steps) > 0)
        return mean + self.at(deviations, t) * noise

    def path(self, uniform: Any, left: Any = None) -> Any:
        """x_0, from -1 to 1, made of uniform numbers [n, latent]; with `left`, int [n], x_t for t = `left`.

        The first `pixels` numbers are the noise that all begins with, the next those of the first step back,
        and so on.
        """
        noise = ops.reshape(normal(uniform), (-1, self.steps, *self.shape))
        ones = ops.ones_like(uniform[:, 0], dtype="int32")

        def back(i: Any, x: Any) -> Any:
            """Step i back, from 0. The last one adds no noise, so that its number does not matter."""
            z = ops.take(noise, ops.minimum(i + 1, self.steps - 1), axis=1)
            t = (self.steps - i) * ones
            earlier = self.step_back(x, t, z)
            if left is None:
                return earlier
            return ops.where(ops.reshape(t > left, (-1, *(1 for _ in self.shape))), earlier, x)

        return ops.fori_loop(0, self.steps, back, noise[:, 0])

    def generate(self, uniform: Any) -> Any:
        """Images [n, *shape] in [0, 1] made of uniform numbers [n, latent] in [0, 1)."""
        return 0.5 + 0.5 * ops.clip(self.path(uniform), -1.0, 1.0)
