"""Restricted Boltzmann machines on top of each other, and the nets that start from them."""

import math
from typing import Any

import keras
from keras import ops

from benchmarks.layers.models.autoencoder import Autoencoder
from benchmarks.layers.units import draws
from benchmarks.layers.units.stochastic import sample
from benchmarks.spec import Data


class Machine(keras.layers.Layer):
    """One restricted Boltzmann machine of a stack: p(v, h) ∝ exp(v·b + h·c + v·W·h).

    Its hidden units are 0 or 1; if they are `linear`, they are real numbers with unit variance, and -|h|²/2
    is added in the exponent. Its visible units are probabilities, of which the last `classes` are one group
    that adds up to 1. Weights start from N(0, `spread`²), biases from 0. If `generative` is false, the
    visible biases serve the machine's own learning alone and are not among the trainable weights of the net.
    """

    def __init__(
        self,
        visible: int,
        hidden: int,
        linear: bool = False,
        classes: int = 0,
        spread: float = 0.1,
        generative: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.visible, self.hidden = visible, hidden
        self.linear, self.classes = linear, classes
        self.spread, self.generative = spread, generative
        self.build((None, visible))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make `kernel` [visible, hidden], `visible_bias` and `hidden_bias`."""
        self.kernel = self.add_weight(
            shape=(self.visible, self.hidden),
            initializer=keras.initializers.RandomNormal(stddev=self.spread),
            name="kernel",
        )
        self.hidden_bias = self.add_weight(shape=(self.hidden,), initializer="zeros", name="hidden_bias")
        self.visible_bias = self.add_weight(
            shape=(self.visible,), initializer="zeros", trainable=self.generative, name="visible_bias"
        )
        self.built = True

    def call(self, visible: Any) -> Any:
        """The means of the hidden units [n, hidden]: what the next machine of the stack sees."""
        return self.hidden_mean(visible)

    def hidden_mean(self, visible: Any) -> Any:
        """The same, in the precision of the weights: what rules learn from."""
        total = ops.matmul(visible, self.kernel) + self.hidden_bias
        return total if self.linear else ops.sigmoid(total)

    def visible_mean(self, hidden: Any) -> Any:
        """The means of the visible units [n, visible], given states of the hidden ones."""
        total = ops.matmul(hidden, ops.transpose(self.kernel)) + self.visible_bias
        if not self.classes:
            return ops.sigmoid(total)
        pixels, labels = total[:, : -self.classes], total[:, -self.classes :]
        return ops.concatenate([ops.sigmoid(pixels), ops.softmax(labels)], axis=-1)

    def sample_hidden(self, mean: Any, seed: Any) -> Any:
        """States of the hidden units with these means [n, hidden]."""
        if self.linear:
            return mean + draws.normal(mean.shape, seed, mean.dtype)
        return sample(mean, seed)

    def free_energy(self, visible: Any) -> Any:
        """F(v) = -log Σ_h exp(v·b + h·c + v·W·h) of binary hidden units, in nats [n]."""
        total = ops.matmul(visible, self.kernel) + self.hidden_bias
        return -ops.matmul(visible, self.visible_bias) - ops.sum(ops.softplus(total), axis=-1)


def stack(sizes: tuple[int, ...], visible: int, **options: Any) -> list[Machine]:
    """Machines "machine_1", "machine_2", ... with `sizes` hidden units, each on top of the one before."""
    seen = (visible, *sizes)
    return [
        Machine(seen[number - 1], size, name=f"machine_{number}", **options)
        for number, size in enumerate(sizes, 1)
    ]


class Unrolled(keras.layers.Layer):
    """A stack of machines on the way up and its mirror image on the way down: [n, visible] -> logits.

    The last of the `sizes` is the code, whose units are linear; all others are sigmoid. On the way down each
    layer has weights of its own, `down`, and the visible biases of its machine.
    """

    def __init__(self, sizes: tuple[int, ...], visible: int, spread: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.machines = stack(sizes[:-1], visible, spread=spread)
        self.machines.append(
            Machine(
                (visible, *sizes)[-2], sizes[-1], linear=True, spread=spread, name=f"machine_{len(sizes)}"
            )
        )
        self.spread = spread

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make `down`, a kernel [hidden, visible] for each machine."""
        self.down = [
            self.add_weight(
                shape=(machine.hidden, machine.visible),
                initializer=keras.initializers.RandomNormal(stddev=self.spread),
                name=f"down_{number}",
            )
            for number, machine in enumerate(self.machines, 1)
        ]
        self.built = True

    def encode(self, visible: Any) -> Any:
        """The codes [n, code] of grey values."""
        for machine in self.machines:
            visible = machine(visible)
        return visible

    def call(self, visible: Any) -> Any:
        """The logits [n, visible] of the reconstruction."""
        state = self.encode(visible)
        for machine, kernel in reversed(list(zip(self.machines, self.down, strict=True))):
            total = ops.matmul(state, kernel) + machine.visible_bias
            state = ops.sigmoid(total)
        return total


class DeepAutoencoder(Autoencoder):
    """An autoencoder made of a stack of machines, which are trained one after the other and then unrolled.

    Stages may train "machine_1", "machine_2", ...; when the stage "fine-tuning" begins, the weights on the
    way down become those on the way up, transposed. In a recipe without stages they start by themselves.
    """

    network: Unrolled

    def __init__(
        self, sizes: tuple[int, ...], input_shape: tuple[int, ...], scale: float, spread: float
    ) -> None:
        visible = math.prod(input_shape)
        super().__init__(Unrolled(sizes, visible, spread, name="network"), input_shape, scale)

    def seen_by(self, machine: Machine, batch: Any) -> Any:
        """What a machine of the stack is trained on: the means [n, visible] of the layer below it."""
        return means_below(machine, self.network.machines, self.intensity(batch["x"]))

    def begin_stage(self, name: str, data: Data, predict: Any) -> None:
        """Unroll the stack before it is fine-tuned."""
        if name == "fine-tuning":
            for machine, kernel in zip(self.network.machines, self.network.down, strict=True):
                kernel.assign(ops.transpose(machine.kernel))


def means_below(machine: Machine, machines: list[Machine], visible: Any) -> Any:
    """The means that `machine`, one of the `machines`, sees if the lowest sees `visible` [n, visible]."""
    for lower in machines:
        if lower is machine:
            return visible
        visible = lower.hidden_mean(visible)
    raise ValueError(f"the stack has no machine {machine.name!r}")


class StackedClassifier(keras.Model):
    """Sigmoid layers that can be trained as machines, one after the other, and logits [n, classes] on top.

    Data `x` of `input_shape`, divided by `scale`, are means in [0, 1]. The machines' visible biases serve the
    stages that train "machine_1", "machine_2", ... and are not among the trainable weights.
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        input_shape: tuple[int, ...],
        scale: float,
        classes: int,
        spread: float,
    ) -> None:
        super().__init__()
        self.visible, self.scale = math.prod(input_shape), scale
        self.machines = stack(sizes, self.visible, spread=spread, generative=False)
        self.logits = keras.layers.Dense(classes, name="logits")
        self.logits.build((None, sizes[-1]))
        self.built = True

    def intensity(self, x: Any) -> Any:
        """The means [n, visible] in [0, 1] that data `x` stand for."""
        return ops.reshape(ops.cast(x, self.variable_dtype), (-1, self.visible)) / self.scale

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits [n, classes] of data `x`."""
        state = self.intensity(x)
        for machine in self.machines:
            state = machine(state)
        return self.logits(state)

    def seen_by(self, machine: Machine, batch: Any) -> Any:
        """What a machine is trained on: the means [n, visible] of the layer below it."""
        return means_below(machine, self.machines, self.intensity(batch["x"]))
