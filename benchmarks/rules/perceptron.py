"""The perceptron rule: change the weights only on a mistake, by the input itself.

Rosenblatt, "Principles of Neurodynamics" (1962), the error-correction procedure; Novikoff 1962
bounds the mistakes on separable data by (R / margin)^2.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.rules.protocol import Batch, Context, whole_model
from benchmarks.rules.targets import binary_targets


class Learner:
    """`w += rate * (target - response) * x` with targets and responses of 0 or 1.

    The model's outputs are the sums before the threshold; its last layer, a dense one without
    activation, is what learns. With a batch of one this is the rule of the paper.
    """

    def __init__(self, context: Context) -> None:
        self.model = whole_model(context)
        self.rate = context.stage.rule_options["learning_rate"]
        self.response = self.model.layers[-1]
        self.variables = list(self.model.variables)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One presentation. Logs the mistakes per response unit and example."""
        features = before_last(self.model, batch["x"])
        responses = ops.cast(self.response(features) > 0, keras.config.floatx())
        errors = binary_targets(batch["y"], self.response.units) - responses
        correct_dense(self.response, features, self.rate * errors)
        return {"mistakes": ops.mean(ops.abs(errors))}


def before_last(model: Any, x: Any) -> Any:
    """What the last layer of a sequential model sees, [n, inputs]."""
    for layer in model.layers[:-1]:
        x = layer(x)
    return x


def correct_dense(layer: Any, features: Any, corrections: Any) -> None:
    """Add each example's input times its correction to a dense layer: the outer product, summed over the
    batch.

    `features` [n, inputs], `corrections` [n, units].
    """
    layer.kernel.assign_add(ops.matmul(ops.transpose(features), corrections))
    if layer.use_bias:
        layer.bias.assign_add(ops.sum(corrections, axis=0))
