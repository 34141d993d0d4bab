"""A stack of restricted Boltzmann machines, as greedy learning leaves it: the same weights up and down."""

import math
from typing import Any

import keras
from keras import ops

from benchmarks.layers.models.autoencoder import Autoencoder
from benchmarks.layers.models.stacked_machines import Machine, means_below, stack


class UpAndDown(keras.layers.Layer):
    """Up a stack of machines by their means and down again: [n, visible] -> logits [n, visible]."""

    def __init__(self, sizes: tuple[int, ...], visible: int, spread: float, **options: Any) -> None:
        super().__init__(**options)
        self.machines = stack(sizes, visible, spread=spread)
        self.built = True

    def call(self, visible: Any) -> Any:
        """The logits of the reconstruction."""
        for machine in self.machines:
            visible = machine.hidden_mean(visible)
        for machine in reversed(self.machines[1:]):
            visible = machine.visible_mean(visible)
        lowest = self.machines[0]
        return ops.matmul(visible, ops.transpose(lowest.kernel)) + lowest.visible_bias


class TiedStack(Autoencoder):
    """Machines of `sizes` hidden units on top of each other, scored by what they give back of grey values.

    Stages train "machine_1", "machine_2", ... in turn. Data `x` of `input_shape`, divided by `scale`, are
    means in [0, 1].
    """

    network: UpAndDown

    def __init__(
        self, sizes: tuple[int, ...], input_shape: tuple[int, ...], scale: float, spread: float
    ) -> None:
        network = UpAndDown(sizes, math.prod(input_shape), spread, name="network")
        super().__init__(network, input_shape, scale)

    def intensity(self, x: Any) -> Any:
        """The means [n, visible] in [0, 1] that data `x` stand for."""
        return ops.reshape(ops.cast(x, self.variable_dtype), (-1, self.visible)) / self.scale

    def seen_by(self, machine: Machine, batch: Any) -> Any:
        """What a machine of the stack is trained on: the means [n, visible] of the layer below it."""
        return means_below(machine, self.network.machines, self.intensity(batch["x"]))

    @property
    def lowest(self) -> Machine:
        """The machine that sees the data."""
        return self.network.machines[0]
