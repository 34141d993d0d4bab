"""Passive where the margin is kept, and otherwise as aggressive as it takes to mend the example at hand.

Crammer, Dekel, Keshet, Shalev-Shwartz, Singer, "Online passive-aggressive algorithms" (2006), PA-I.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """w ← w + τ y x with τ = min(C, l / |x|²), after each example, l = max(0, 1 - y w·x) being its loss.

    For a linear model with this loss, -y x is the gradient g wherever l is above 0, so that w ← w - τ g and
    |x|² = |g|²; a bias is the weight of an input that is always 1. `rule_options` has `aggressiveness`, C.
    Raises ValueError for batches of more than one example.
    """

    def __init__(self, context: Context) -> None:
        self.model, self.loss, self.driver = whole_model(context), context.loss, context.driver
        self.aggressiveness = context.stage.rule_options["aggressiveness"]
        if context.stage.batch_size != 1:
            raise ValueError(
                f"rule passive_aggressive mends one example at a time: set batch_size to 1, not to "
                f"{context.stage.batch_size}"
            )
        self.variables = list(self.model.variables)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One example. Logs its loss before the step."""
        weights = self.model.trainable_variables
        loss, gradients = self.driver.gradient(lambda: self.loss(self.model, batch, True), weights)
        gradients = [ops.convert_to_tensor(g) for g in gradients]
        length = sum(ops.sum(ops.square(ops.cast(g, keras.config.floatx()))) for g in gradients)
        # Where the loss is 0, so is the gradient.
        share = loss / ops.where(length > 0, length, 1.0)
        rate = ops.minimum(share, self.aggressiveness)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.assign_sub(ops.cast(rate, weight.dtype) * gradient)
        return {"loss": loss}
