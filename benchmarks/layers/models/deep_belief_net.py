"""The deep belief net: directed layers, and a restricted Boltzmann machine of features and labels on top."""

import math
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.models.stacked_machines import Machine, means_below, stack
from benchmarks.spec import Data

#: Alternations in the top machine after which a chain that started from fair coins is taken for a sample.
ALTERNATIONS = 100


class DeepBeliefNet(keras.Model):
    """A stack of machines, the uppermost of which sees `classes` label units beside the features below it.

    Data `x` of `input_shape`, divided by `scale`, are means in [0, 1]. The way up through the lower machines
    uses their kernels and hidden biases; the way down their visible biases and, unless the weights are
    `tied`, kernels `down` of its own, which become the transposed ones of the way up when the stage "up-down"
    begins. Source: Hinton, Osindero, Teh, Neural Computation 18 (2006).
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        input_shape: tuple[int, ...],
        scale: float,
        classes: int,
        spread: float,
        tied: bool,
    ) -> None:
        super().__init__()
        self.visible, self.scale = math.prod(input_shape), scale
        self.classes = classes
        self.lower = stack(sizes[:-1], self.visible, spread=spread)
        self.features = sizes[-2]
        self.top = Machine(
            self.features + classes,
            sizes[-1],
            classes=classes,
            spread=spread,
            name=f"machine_{len(sizes)}",
        )
        self.down = [
            self.add_weight(
                shape=(machine.hidden, machine.visible),
                initializer=keras.initializers.RandomNormal(stddev=spread),
                name=f"down_{number}",
            )
            for number, machine in enumerate(self.lower, 1)
            if not tied
        ]
        self.latent = 1 + self.features + ALTERNATIONS * (self.top.hidden + self.features) + sum(sizes[:-2])
        self.built = True

    def intensity(self, x: Any) -> Any:
        """The means [n, visible] in [0, 1] that data `x` stand for."""
        return ops.reshape(ops.cast(x, self.variable_dtype), (-1, self.visible)) / self.scale

    def means(self, x: Any) -> Any:
        """The means [n, features] of the units beside the labels: a way up without sampling."""
        return means_below(self.top, [*self.lower, self.top], self.intensity(x))

    def call(self, x: Any, training: bool = False) -> Any:
        """Minus the free energy of the top machine with each label [n, classes], but for what they share.

        The softmax of these are the probabilities of the labels, given the features.
        """
        return label_scores(self.top, self.means(x))

    def seen_by(self, machine: Machine, batch: Mapping[str, Any]) -> Any:
        """What a machine is trained on: the means of the layer below, for the top one with the labels."""
        if machine is not self.top:
            return means_below(machine, self.lower, self.intensity(batch["x"]))
        means = self.means(batch["x"])
        return ops.concatenate([means, ops.one_hot(batch["y"], self.classes, dtype=means.dtype)], axis=-1)

    def begin_stage(self, name: str, data: Data, predict: Any) -> None:
        """Give the way down its own weights before they are fine-tuned."""
        if name == "up-down":
            for machine, kernel in zip(self.lower, self.down, strict=True):
                kernel.assign(ops.transpose(machine.kernel))

    def below(self, number: int, state: Any) -> Any:
        """The means [n, visible] below the hidden `state` of a lower machine, on the way down."""
        machine = self.lower[number]
        kernel = self.down[number] if self.down else ops.transpose(machine.kernel)
        return ops.sigmoid(ops.matmul(state, kernel) + machine.visible_bias)

    def generate(self, uniform: Any) -> Any:
        """The means [n, visible] of images drawn from uniform numbers [n, latent].

        The first number chooses a label, which stays; features and top units alternate from fair coins, and
        the last features are followed by one way down.
        """
        top, dtype = self.top, self.top.kernel.dtype
        cuts = np.cumsum([1, self.features, ALTERNATIONS * (top.hidden + self.features)])
        first, coins, rest, lower = ops.split(uniform, [int(cut) for cut in cuts], axis=-1)
        label = ops.one_hot(
            ops.cast(ops.floor(first[:, 0] * self.classes), "int32"), self.classes, dtype=dtype
        )
        rows = ops.transpose(ops.reshape(rest, (-1, ALTERNATIONS, top.hidden + self.features)), (1, 0, 2))

        def alternate(state: Any, row: Any) -> tuple[Any, None]:
            hidden = drawn(top.hidden_mean(ops.concatenate([state, label], axis=-1)), row[:, : top.hidden])
            return drawn(top.visible_mean(hidden)[:, : self.features], row[:, top.hidden :]), None

        state, _ = ops.scan(alternate, ops.cast(coins < 0.5, dtype), rows)
        start = 0
        for number in reversed(range(1, len(self.lower))):
            width = self.lower[number].visible
            state = drawn(self.below(number, state), lower[:, start : start + width])
            start += width
        return self.below(0, state)


def drawn(mean: Any, uniform: Any) -> Any:
    """States 0 or 1 with these means, of uniform numbers of the same shape."""
    return ops.cast(uniform < mean, mean.dtype)


def label_scores(top: Machine, means: Any) -> Any:
    """-F of a machine that sees `means` [n, features] and one label, for each [n, classes].

    The part of the features' biases, which all labels share, is left out.
    """
    features = top.visible - top.classes
    total = ops.matmul(means, top.kernel[:features]) + top.hidden_bias
    parts = [
        top.visible_bias[features + label]
        + ops.sum(ops.softplus(total + top.kernel[features + label]), axis=-1)
        for label in range(top.classes)
    ]
    return ops.stack(parts, axis=-1)
