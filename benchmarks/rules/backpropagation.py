"""Backpropagation: follow the gradient of the loss, as an optimiser says.

Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", Nature 323 (1986).
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.rules.protocol import Batch, Context


class Learner:
    """The gradient of the stage's loss by the weights of the part that learns, through a Keras optimiser."""

    def __init__(self, context: Context) -> None:
        self.model, self.part = context.model, context.part
        self.loss, self.driver = context.loss, context.driver
        self.clip_norm = context.stage.clip_norm
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.part.trainable_variables)
        self.variables = [*self.model.variables, *self.optimizer.variables]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step down the gradient. Logs the batch's mean loss."""
        weights = self.part.trainable_variables
        loss, gradients = self.driver.gradient(lambda: self.loss(self.model, batch, True), weights)
        if self.clip_norm is not None:
            gradients = clip_by_global_norm(gradients, self.clip_norm)
        self.optimizer.apply(gradients, weights)
        return {"loss": loss}


def clip_by_global_norm(gradients: list[Any], most: float) -> list[Any]:
    """Scale all gradients together so that their joint Euclidean norm is at most `most` (Pascanu et al.
    2013).
    """
    norm = ops.sqrt(sum(ops.sum(ops.square(ops.cast(g, keras.config.floatx()))) for g in gradients))
    scale = most / ops.maximum(norm, most)
    return [g * ops.cast(scale, g.dtype) for g in gradients]
