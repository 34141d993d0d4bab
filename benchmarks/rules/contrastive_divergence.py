"""Contrastive divergence: compare the data with what a few steps of sampling make of them.

Hinton, "Training products of experts by minimizing contrastive divergence", Neural Computation 14 (2002).
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.units.stochastic import sample
from benchmarks.rules.protocol import Batch, Context


class Learner:
    """ΔW ∝ <v h> over the data - <v h> after `steps` alternations, and likewise for the biases.

    The maximum-likelihood rule of the Boltzmann machine has the model's own equilibrium in the second
    term. Here the chain starts from the data and is cut off after `steps` (CD-k): cheap, of low
    variance, and biased. Sampled states drive the chain; the statistics take probabilities of the
    hidden units, which has less noise (Hinton's practical guide of 2010, section 3). `weight_decay`
    is subtracted from the direction of the weights, not of the biases.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model = context.part
        self.steps = options.pop("steps", 1)
        self.weight_decay = options.pop("weight_decay", 0.0)
        if options:
            raise ValueError(
                f"contrastive_divergence has no option {min(options)!r}; its options are steps and"
                " weight_decay"
            )
        if self.steps < 1:
            raise ValueError(f"contrastive_divergence: steps is {self.steps}; it must be 1 or more")
        self.weights = [self.model.kernel, self.model.visible_bias, self.model.hidden_bias]
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.weights)
        self.seed = keras.random.SeedGenerator(context.seed)
        self.variables = [*context.model.variables, *self.optimizer.variables, self.seed.state]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step. Logs the squared error of the last reconstruction, summed over the units."""
        model = self.model
        data = self._sample(model.intensity(batch["x"]))
        visible, first = data, model.hidden_probability(data)
        last = first
        for _ in range(self.steps):
            probability = model.visible_probability(self._sample(last))
            visible = self._sample(probability)
            last = model.hidden_probability(visible)
        self.optimizer.apply(directions(model, data, first, visible, last, self.weight_decay), self.weights)
        return {"reconstruction_error": ops.mean(ops.sum(ops.square(data - probability), axis=-1))}

    def _sample(self, probability: Any) -> Any:
        return sample(probability, self.seed)


def directions(model: Any, data: Any, first: Any, visible: Any, last: Any, weight_decay: float) -> list[Any]:
    """The directions for an optimiser to descend: of kernel, visible bias and hidden bias.

    `data`, `visible` [n, visible] and `first`, `last` [n, hidden]: the layers in the data's phase and
    after sampling.
    """
    n = ops.shape(data)[0]
    apart = (ops.matmul(ops.transpose(visible), last) - ops.matmul(ops.transpose(data), first)) / n
    return [
        apart + weight_decay * model.kernel,
        ops.mean(visible - data, axis=0),
        ops.mean(last - first, axis=0),
    ]
