"""Learning of sigmoid belief nets: climb the mean-field bound on the likelihood.

Saul, Jaakkola, Jordan, "Mean field theory for sigmoid belief networks", JAIR 4 (1996).
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.layers.models.sigmoid_belief_net import SigmoidBeliefNets
from benchmarks.layers.units.stochastic import sample
from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """Δ ∝ the derivative of the bound by links and biases, the mean over the examples of a net.

    Pixels are drawn anew in each step, on with their intensities. If there are several nets, the labels `y`
    say which learns from an example. `decay` times the links is subtracted from their derivative.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model = whole_model(context)
        if not isinstance(self.model, SigmoidBeliefNets):
            raise ValueError(f"mean_field_learning trains belief nets, not a {type(self.model).__name__}")
        self.decay = options.pop("decay", 0.0)
        if options:
            raise ValueError(f"mean_field_learning has no option {min(options)!r}; its option is decay")
        self.weights = [*self.model.links, *self.model.biases]
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.weights)
        self.seed = keras.random.SeedGenerator(context.seed)
        self.variables = [*context.model.variables, *self.optimizer.variables, self.seed.state]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step. Logs the mean of the bound with its sign reversed, in nats an image."""
        model = self.model
        intensity = model.intensity(batch["x"])
        bound, climbs = self.climb(sample(intensity, self.seed), batch.get("y"))
        descents = [-climb for climb in climbs]
        for place, link in enumerate(model.links):
            descents[place] = descents[place] + self.decay * link.value
        self.optimizer.apply(descents, self.weights)
        return {"loss": -bound}

    def climb(self, visible: Any, labels: Any) -> tuple[Any, list[Any]]:
        """The mean bound on binary images [n, visible], and its derivatives by all weights of the nets.

        That of a net is the sum over its examples, divided by as many as each net has on average.
        """
        model, nets = self.model, self.model.nets
        chosen = ops.zeros_like(visible[:, 0]) if nets == 1 else labels
        chosen = ops.cast(chosen, "int32")
        bound, by_links, by_biases = model.bound(visible, *model.parameters_of(chosen))
        own = ops.one_hot(chosen, nets, dtype=visible.dtype) * (nets / visible.shape[0])
        climbs = [
            ops.reshape(
                ops.matmul(ops.transpose(own), ops.reshape(part, (visible.shape[0], -1))), weight.shape
            )
            for part, weight in zip((*by_links, *by_biases), self.weights, strict=True)
        ]
        return ops.mean(bound), climbs
