"""Backpropagation whose gradients are never cleared: each step adds its own to what is left of the others.

In PyTorch a gradient is added to those of earlier steps unless the program clears them. The program for the
copying memory with which Bai, Kolter and Koltun published "An empirical evaluation of generic convolutional
and recurrent networks for sequence modeling" (github locuslab/TCN, commit ba0a543) does not, and it clips
what has accumulated before it adds the new gradient. Later commits clear gradients first.
"""

from typing import Any

import keras
from keras import ops

from benchmarks import optimizers
from benchmarks.rules.backpropagation import clip_by_global_norm
from benchmarks.rules.protocol import Batch, Context


class Learner:
    """With g the gradient of the stage's loss and c the stage's `clip_norm`, each step computes

        G <- G min(1, c / |G|) + g

    over all weights of the part that learns together, and hands G to a Keras optimiser. Without a `clip_norm`
    G is the plain sum of all gradients.
    """

    def __init__(self, context: Context) -> None:
        self.model, self.part = context.model, context.part
        self.loss, self.driver = context.loss, context.driver
        self.clip_norm = context.stage.clip_norm
        self.optimizer = optimizers.make(context.stage.optimizer)
        self.optimizer.build(self.part.trainable_variables)
        self.sums = [
            keras.Variable(ops.zeros(w.shape), trainable=False, dtype=w.dtype, name="sum_of_gradients")
            for w in self.part.trainable_variables
        ]
        self.variables = [*self.model.variables, *self.optimizer.variables, *self.sums]

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step on a batch of examples. Logs the batch's mean loss."""
        weights = self.part.trainable_variables
        loss, gradients = self.driver.gradient(lambda: self.loss(self.model, batch, True), weights)
        before = [ops.convert_to_tensor(kept) for kept in self.sums]
        if self.clip_norm is not None:
            before = clip_by_global_norm(before, self.clip_norm)
        sums = [old + new for old, new in zip(before, gradients, strict=True)]
        for kept, value in zip(self.sums, sums, strict=True):
            kept.assign(value)
        self.optimizer.apply(sums, weights)
        return {"loss": loss}
