"""The deep Boltzmann machine: two hidden layers, all links without direction."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from benchmarks.layers.models.restricted_boltzmann_machine import ALTERNATIONS, gibbs_leg
from benchmarks.layers.models.stacked_machines import Machine

#: Updates of the mean field with which an example is scored.
UPDATES = 15


class Lower(Machine):
    """The lower machine, trained alone as if its hidden units saw two copies of the image.

    In the deep machine half of what a hidden unit is told comes from above, so that alone the links upwards
    count twice and those downwards once. Salakhutdinov and Hinton (2009), section 3.1.
    """

    def hidden_mean(self, visible: Any) -> Any:
        """The means of the hidden units [n, hidden], told everything twice."""
        return ops.sigmoid(2.0 * ops.matmul(visible, self.kernel) + self.hidden_bias)


class Upper(Machine):
    """The upper machine, trained alone as if its visible units were told two copies of its hidden ones."""

    def visible_mean(self, hidden: Any) -> Any:
        """The means of the visible units [n, visible], told everything twice."""
        return ops.sigmoid(2.0 * ops.matmul(hidden, ops.transpose(self.kernel)) + self.visible_bias)


@dataclass(frozen=True)
class Flat:
    """The deep machine as a restricted one: image and upper layer on one side, what is between on the other.

    `kernel` [visible + top, hidden], `visible_bias` [visible + top], `hidden_bias` [hidden]; every joint
    state has the same energy.
    """

    kernel: Any
    visible_bias: Any
    hidden_bias: Any

    @property
    def hidden(self) -> int:
        """The number of units between."""
        return int(self.kernel.shape[1])

    @property
    def visible(self) -> int:
        """The number of units on the outer side."""
        return int(self.kernel.shape[0])

    def hidden_probability(self, outer: Any) -> Any:
        """p(h = 1 | v, k) [n, hidden], for image and upper layer side by side [n, visible + top]."""
        return ops.sigmoid(ops.matmul(outer, self.kernel) + self.hidden_bias)

    def visible_probability(self, hidden: Any) -> Any:
        """p(v, k = 1 | h) [n, visible + top]."""
        return ops.sigmoid(ops.matmul(hidden, ops.transpose(self.kernel)) + self.visible_bias)


class DeepBoltzmannMachine(keras.Model):
    """p(v, h, k) ∝ exp(v·b + h·c + k·d + v·W·h + h·U·k) over binary v, h and k.

    Data `x` of `input_shape`, divided by `scale`, are the probabilities with which the visible units v are
    on. W, b and c are those of the `lower` machine, U and d those of the `upper` one, named "machine_1" and
    "machine_2", which stages may train one after the other. The probability of an image is bounded by a mean
    field: the hidden units are taken to be independent, given the image, with means that fit each other.

    Source: Salakhutdinov and Hinton, "Deep Boltzmann machines", AISTATS 2009.

    As a generator it draws from a Markov chain, for which a sample needs `latent` uniform numbers.
    """

    def __init__(
        self, input_shape: tuple[int, ...], hidden: int, top: int, scale: float, spread: float
    ) -> None:
        super().__init__()
        self.visible, self.scale = math.prod(input_shape), scale
        self.hidden, self.top = hidden, top
        self.lower = Lower(self.visible, hidden, spread=spread, name="machine_1")
        self.upper = Upper(hidden, top, spread=spread, generative=False, name="machine_2")
        outer = self.visible + top
        self.latent = outer + ALTERNATIONS * (hidden + outer)
        self.built = True

    def intensity(self, x: Any) -> Any:
        """The probabilities [n, visible] in [0, 1] that data `x` stand for."""
        return ops.reshape(ops.cast(x, self.variable_dtype), (-1, self.visible)) / self.scale

    def seen_by(self, machine: Machine, batch: Mapping[str, Any]) -> Any:
        """What a machine is trained on alone: the image, or the means of the lower machine."""
        intensity = self.intensity(batch["x"])
        return intensity if machine is self.lower else self.lower.hidden_mean(intensity)

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits [n, visible] of an image, given the means of the layer above it."""
        _, between, _ = self.mean_field(self.intensity(x), UPDATES)
        return ops.matmul(between, ops.transpose(self.lower.kernel)) + self.lower.visible_bias

    def mean_field(self, visible: Any, updates: int) -> tuple[Any, Any, Any]:
        """Logits and means [n, hidden] of the layer between, and the logits [n, top] of the upper one.

        It starts from a way up with doubled weights; each of the `updates` fits one layer after the other.
        """
        below = ops.matmul(visible, self.lower.kernel) + self.lower.hidden_bias
        logits = below + ops.matmul(visible, self.lower.kernel)
        for _ in range(updates):
            logits_top = self._told_top(ops.sigmoid(logits))
            logits = below + ops.matmul(ops.sigmoid(logits_top), ops.transpose(self.upper.kernel))
        means = ops.sigmoid(logits)
        return logits, means, self._told_top(means)

    def _told_top(self, between: Any) -> Any:
        return ops.matmul(between, self.upper.kernel) + self.upper.hidden_bias

    def free_energy_bound(self, visible: Any) -> Any:
        """Not less than -log Σ_hk exp(...) of binary images [n, visible], in nats [n], by the mean field."""
        logits, between, logits_top = self.mean_field(visible, UPDATES)
        top = ops.sigmoid(logits_top)
        energy = -ops.matmul(visible, self.lower.visible_bias)
        energy = energy - ops.sum(
            between * (ops.matmul(visible, self.lower.kernel) + self.lower.hidden_bias), -1
        )
        energy = energy - ops.sum(top * self._told_top(between), axis=-1)
        return energy - entropy(logits) - entropy(logits_top)

    def hidden_free_energy(self, hidden: Any) -> Any:
        """-log Σ_vk exp(...) of binary states of the layer between [n, hidden], in nats [n]."""
        down = ops.matmul(hidden, ops.transpose(self.lower.kernel)) + self.lower.visible_bias
        up = self._told_top(hidden)
        summed = ops.sum(ops.softplus(down), axis=-1) + ops.sum(ops.softplus(up), axis=-1)
        return -ops.matmul(hidden, self.lower.hidden_bias) - summed

    def flat(self) -> Flat:
        """The same machine, folded at its layer between."""
        kernel = ops.concatenate([self.lower.kernel, ops.transpose(self.upper.kernel)], axis=0)
        outer = ops.concatenate([self.lower.visible_bias, self.upper.hidden_bias], axis=0)
        return Flat(kernel, outer, ops.convert_to_tensor(self.lower.hidden_bias))

    def generate(self, uniform: Any) -> Any:
        """The means [n, visible] at the end of Markov chains from fair coins, of uniform [n, latent]."""
        outer = self.visible + self.top
        rows = ops.reshape(uniform[:, outer:], (-1, ALTERNATIONS, self.hidden + outer))
        rows = ops.transpose(rows, (1, 0, 2))
        start = ops.cast(uniform[:, :outer] < 0.5, self.lower.kernel.dtype)
        flat: Any = self.flat()
        end = gibbs_leg(flat, start, rows[..., : self.hidden], rows[..., self.hidden :])
        return end["probability"][:, : self.visible]


def entropy(logits: Any) -> Any:
    """The entropy in nats [n] of independent binary units with these logits [n, units]."""
    return ops.sum(ops.softplus(logits) - logits * ops.sigmoid(logits), axis=-1)
