"""The up-down algorithm: wake-sleep whose dreams start from the data.

Hinton, Osindero, Teh, "A fast learning algorithm for deep belief nets", Neural Computation 18 (2006),
section 5 and appendix B.
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.models.deep_belief_net import DeepBeliefNet
from benchmarks.layers.units.stochastic import sample
from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """On the way up the weights of the way down learn to give back what they lead to, and the reverse.

    Units are sampled on the way up, and each layer's weights of the way down are moved towards predicting the
    states below from those above. Then the top machine alternates `steps` times between features with labels
    and its hidden units, and learns by contrastive divergence. From there units are sampled on the way down,
    and the weights of the way up learn to predict the states above from those below. Labels are probabilities
    while the machine alternates.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model: DeepBeliefNet = whole_model(context)
        self.steps = options.pop("steps", 3)
        if options:
            raise ValueError(f"up_down has no option {min(options)!r}; its option is steps")
        if self.steps < 1:
            raise ValueError(f"up_down: steps is {self.steps}; it must be 1 or more")
        if not isinstance(self.model, DeepBeliefNet) or not self.model.down:
            raise ValueError(
                "up_down trains a DeepBeliefNet with weights of its own for the way down: tied=False"
            )
        self.weights = self.model.trainable_variables
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.weights)
        self.seed = keras.random.SeedGenerator(context.seed)
        self.variables = [*self.model.variables, *self.optimizer.variables, self.seed.state]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step. Logs the squared error of images as the way down predicts them, summed over pixels."""
        model, top = self.model, self.model.top
        wake = [model.intensity(batch["x"])]
        for machine in model.lower:
            wake.append(self._sample(machine.hidden_mean(wake[-1])))
        labels = ops.one_hot(batch["y"], model.classes, dtype=wake[0].dtype)
        seen = ops.concatenate([wake[-1], labels], axis=-1)
        first = last = self._sample(top.hidden_mean(seen))
        for _ in range(self.steps):
            means = top.visible_mean(last)
            features = self._sample(means[:, : model.features])
            dreamt = ops.concatenate([features, means[:, model.features :]], axis=-1)
            last = self._sample(top.hidden_mean(dreamt))

        sleep = [features]  # from the features down to the image
        for number in reversed(range(len(model.lower))):
            means = model.below(number, sleep[-1])
            sleep.append(self._sample(means) if number else means)
        sleep.reverse()

        directions: dict[str, Any] = {}
        for number, (machine, down) in enumerate(zip(model.lower, model.down, strict=True)):
            given = model.below(number, wake[number + 1]) - wake[number]
            directions |= slopes(down, machine.visible_bias, wake[number + 1], given)
            given = machine.hidden_mean(sleep[number]) - sleep[number + 1]
            directions |= slopes(machine.kernel, machine.hidden_bias, sleep[number], given)
        n = ops.shape(labels)[0]
        directions[top.kernel.path] = (
            ops.matmul(ops.transpose(dreamt), last) - ops.matmul(ops.transpose(seen), first)
        ) / n
        directions[top.visible_bias.path] = ops.mean(dreamt - seen, axis=0)
        directions[top.hidden_bias.path] = ops.mean(last - first, axis=0)
        error = ops.mean(ops.sum(ops.square(model.below(0, wake[1]) - wake[0]), axis=-1))
        self.optimizer.apply([directions[weight.path] for weight in self.weights], self.weights)
        return {"reconstruction_error": error}

    def _sample(self, mean: Any) -> Any:
        return sample(mean, self.seed)


def slopes(kernel: Any, bias: Any, inputs: Any, wrong: Any) -> dict[str, Any]:
    """The delta rule for units [n, units] that are `wrong`ly predicted from `inputs`: what is descended."""
    return {
        kernel.path: ops.matmul(ops.transpose(inputs), wrong) / ops.shape(inputs)[0],
        bias.path: ops.mean(wrong, axis=0),
    }
