"""Learning of a deep Boltzmann machine: a mean field on the side of the data, chains on that of the model.

Salakhutdinov and Hinton, "Deep Boltzmann machines", AISTATS 2009, section 3. The chains that go on from one
step to the next are those of Tieleman, "Training restricted Boltzmann machines using approximations to the
likelihood gradient", ICML 2008.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.models.deep_boltzmann_machine import DeepBoltzmannMachine
from benchmarks.layers.units.stochastic import sample
from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """ΔW ∝ <v μ> over the data - <v h> over `chains` that never start again, and likewise for U and biases.

    μ are the means of the hidden units after `updates` of the mean field. Each step takes the chains `steps`
    alternations further, and the units between are replaced by their means in the statistics, which has less
    noise. `weight_decay` is subtracted from the direction of the weights, not of the biases.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model: DeepBoltzmannMachine = whole_model(context)
        self.updates, self.steps = options.pop("updates", 10), options.pop("steps", 1)
        self.weight_decay = options.pop("weight_decay", 0.0)
        chains = options.pop("chains", 100)
        if options:
            known = "chains, steps, updates and weight_decay"
            raise ValueError(
                f"mean_field_and_persistent_chains has no option {min(options)!r}; its options are {known}"
            )
        lower, upper = self.model.lower, self.model.upper
        self.weights = [lower.kernel, lower.visible_bias, lower.hidden_bias, upper.kernel, upper.hidden_bias]
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.weights)
        self.seed = keras.random.SeedGenerator(context.seed)
        coins = (
            np.random.default_rng(context.seed).random((chains, self.model.visible + self.model.top)) < 0.5
        )
        self.outer = keras.Variable(coins.astype("float32"), trainable=False, name="chains")
        self.variables = [*self.model.variables, *self.optimizer.variables, self.seed.state, self.outer]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step. Logs the squared error of the images by the mean field, summed over pixels."""
        model = self.model
        data = self._sample(model.intensity(batch["x"]))
        _, between, logits_top = model.mean_field(data, self.updates)
        top = ops.sigmoid(logits_top)

        flat, outer = model.flat(), ops.convert_to_tensor(self.outer)
        for _ in range(self.steps):
            outer = self._sample(flat.visible_probability(self._sample(flat.hidden_probability(outer))))
        self.outer.assign(outer)
        means = flat.hidden_probability(outer)
        dreamt, dreamt_top = outer[:, : model.visible], outer[:, model.visible :]

        lower, upper = model.lower, model.upper
        n, chains = ops.shape(data)[0], ops.shape(outer)[0]
        apart = (
            ops.matmul(ops.transpose(dreamt), means) / chains - ops.matmul(ops.transpose(data), between) / n
        )
        apart_up = (
            ops.matmul(ops.transpose(means), dreamt_top) / chains
            - ops.matmul(ops.transpose(between), top) / n
        )
        directions = [
            apart + self.weight_decay * lower.kernel,
            ops.mean(dreamt, axis=0) - ops.mean(data, axis=0),
            ops.mean(means, axis=0) - ops.mean(between, axis=0),
            apart_up + self.weight_decay * upper.kernel,
            ops.mean(dreamt_top, axis=0) - ops.mean(top, axis=0),
        ]
        again = ops.sigmoid(ops.matmul(between, ops.transpose(lower.kernel)) + lower.visible_bias)
        error = ops.mean(ops.sum(ops.square(data - again), axis=-1))
        self.optimizer.apply(directions, self.weights)
        return {"reconstruction_error": error}

    def _sample(self, mean: Any) -> Any:
        return sample(mean, self.seed)
