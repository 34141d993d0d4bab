"""Contrastive divergence whose chains are never started again: stochastic maximum likelihood.

Tieleman, "Training restricted Boltzmann machines using approximations to the likelihood gradient", ICML 2008.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.units.stochastic import sample
from benchmarks.rules.protocol import Batch, Context


class Learner:
    """ΔW ∝ <v h> over the data - <v h> over `chains` that go on from one step to the next.

    Each step takes the chains `steps` alternations further. The weights change little meanwhile, so that the
    chains stay near the machine's equilibrium, wherever that is; those of `contrastive_divergence` never
    leave the neighbourhood of the data. `weight_decay` is subtracted from the direction of the weights, not
    of the biases.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model = context.part
        self.steps, chains = options.pop("steps", 1), options.pop("chains", 100)
        self.weight_decay = options.pop("weight_decay", 0.0)
        if options:
            raise ValueError(
                f"persistent_contrastive_divergence has no option {min(options)!r}; its options are chains,"
                " steps and weight_decay"
            )
        self.weights = [self.model.kernel, self.model.visible_bias, self.model.hidden_bias]
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.weights)
        self.seed = keras.random.SeedGenerator(context.seed)
        coins = np.random.default_rng(context.seed).random((chains, self.model.visible)) < 0.5
        self.chains = keras.Variable(coins.astype("float32"), trainable=False, name="chains")
        self.variables = [
            *context.model.variables,
            *self.optimizer.variables,
            self.seed.state,
            self.chains,
        ]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step. Logs the squared error of the reconstruction by means, summed over the units."""
        model = self.model
        data = self._sample(model.intensity(batch["x"]))
        first = model.hidden_probability(data)
        visible = ops.convert_to_tensor(self.chains)
        for _ in range(self.steps):
            hidden = self._sample(model.hidden_probability(visible))
            visible = self._sample(model.visible_probability(hidden))
        self.chains.assign(visible)
        last = model.hidden_probability(visible)
        dreamt = ops.matmul(ops.transpose(visible), last) / ops.shape(visible)[0]
        seen = ops.matmul(ops.transpose(data), first) / ops.shape(data)[0]
        error = ops.mean(ops.sum(ops.square(data - model.visible_probability(first)), axis=-1))
        directions = [
            dreamt - seen + self.weight_decay * model.kernel,
            ops.mean(visible, axis=0) - ops.mean(data, axis=0),
            ops.mean(last, axis=0) - ops.mean(first, axis=0),
        ]
        self.optimizer.apply(directions, self.weights)
        return {"reconstruction_error": error}

    def _sample(self, mean: Any) -> Any:
        return sample(mean, self.seed)
