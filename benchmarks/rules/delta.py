"""The delta rule (LMS): follow the gradient of the squared error before the threshold.

Widrow and Hoff, "Adaptive switching circuits", IRE WESCON Convention Record 4 (1960).
"""

from typing import Any

import keras
from keras import ops

from benchmarks.rules.perceptron import before_last, correct_dense
from benchmarks.rules.protocol import Batch, Context, whole_model
from benchmarks.rules.targets import binary_targets


class Learner:
    """`w += rate * (target - sum) * x` with targets of -1 and +1, averaged over the batch.

    The model's outputs are the sums before the threshold; its last layer, a dense one without
    activation, is what learns. With a batch of one this is the rule of the paper.
    """

    def __init__(self, context: Context) -> None:
        self.model = whole_model(context)
        self.rate = context.stage.rule_options["learning_rate"]
        self.adaline = self.model.layers[-1]
        self.variables = list(self.model.variables)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One presentation. Logs the mean squared error of the sums."""
        features = before_last(self.model, batch["x"])
        sums = ops.cast(self.adaline(features), keras.config.floatx())
        errors = 2.0 * binary_targets(batch["y"], self.adaline.units) - 1.0 - sums
        correct_dense(self.adaline, features, self.rate * errors / ops.shape(errors)[0])
        return {"squared_error": ops.mean(ops.square(errors))}
