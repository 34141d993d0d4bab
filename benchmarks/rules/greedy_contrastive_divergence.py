"""Contrastive divergence for one machine of a stack, while those below it stay as they are.

Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks", Science 313 (2006), and
the program that they published with it.
"""

from typing import Any, Protocol, runtime_checkable

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.rules.contrastive_divergence import directions
from benchmarks.rules.protocol import Batch, Context


@runtime_checkable
class Stacked(Protocol):
    """A model whose machines are trained one after the other."""

    def seen_by(self, machine: Any, batch: Batch) -> Any:
        """What this machine of the model sees of a batch: means [n, visible] of the layer below."""
        ...


class Learner:
    """ΔW ∝ <v h> over the data - <v h> after `steps` alternations, for the machine that the stage `trains`.

    It differs from the rule `contrastive_divergence` in what drives the chain: visible units are
    probabilities throughout, those of the layer below in the data's phase and reconstructed ones afterwards;
    hidden units are sampled, but take their means in the statistics. `weight_decay` is subtracted from the
    direction of the weights, not of the biases.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model, self.machine = context.model, context.part
        self.steps = options.pop("steps", 1)
        self.weight_decay = options.pop("weight_decay", 0.0)
        if options:
            raise ValueError(
                f"greedy_contrastive_divergence has no option {min(options)!r}; its options are steps and"
                " weight_decay"
            )
        if self.steps < 1:
            raise ValueError(f"greedy_contrastive_divergence: steps is {self.steps}; it must be 1 or more")
        if not isinstance(context.model, Stacked) or not context.stage.trains:
            raise ValueError(
                f"stage {context.stage.name!r}: greedy_contrastive_divergence trains one machine of a stack;"
                " name it in the stage's `trains`"
            )
        self.weights = [self.machine.kernel, self.machine.visible_bias, self.machine.hidden_bias]
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.weights)
        self.seed = keras.random.SeedGenerator(context.seed)
        self.variables = [*self.model.variables, *self.optimizer.variables, self.seed.state]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step. Logs the squared error of the last reconstruction, summed over the units."""
        machine = self.machine
        data = self.model.seen_by(machine, batch)
        visible, first = data, machine.hidden_mean(data)
        last = first
        for _ in range(self.steps):
            visible = machine.visible_mean(machine.sample_hidden(last, self.seed))
            last = machine.hidden_mean(visible)
        self.optimizer.apply(directions(machine, data, first, visible, last, self.weight_decay), self.weights)
        return {"reconstruction_error": ops.mean(ops.sum(ops.square(data - visible), axis=-1))}
