"""Backpropagation with a rising momentum, whose gradients count the less the higher it is.

Hinton, Srivastava, Krizhevsky, Sutskever, Salakhutdinov, "Improving neural networks by preventing
co-adaptation of feature detectors" (2012), appendix A.1.
"""

from typing import Any

from keras import ops

from benchmarks.optimizers.ramped_momentum import RampedMomentum
from benchmarks.rules import backpropagation
from benchmarks.rules.protocol import Batch, Context


class Learner(backpropagation.Learner):
    """v ← μ(t) v - (1 - μ(t)) ε g, w ← w + v, where the stage's optimiser is `RampedMomentum` with μ and ε.

    v is a mean of past steps: momentum makes them smoother, not longer. Raises ValueError for another
    optimiser.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        if not isinstance(self.optimizer, RampedMomentum):
            raise ValueError(
                f"rule dampened_momentum needs the optimiser RampedMomentum, not "
                f"{context.stage.optimizer['name']!r}: it reads the momentum of each step from it"
            )

    def step(self, batch: Batch) -> dict[str, Any]:
        """One step down the gradient. Logs the batch's mean loss."""
        weights, ramp = self.part.trainable_variables, self.optimizer
        loss, gradients = self.driver.gradient(lambda: self.loss(self.model, batch, True), weights)
        done = (ops.cast(ramp.iterations, "float32") - ramp.ramp_start) / (ramp.ramp_end - ramp.ramp_start)
        momentum = ramp.momentum + (ramp.final_momentum - ramp.momentum) * ops.clip(done, 0.0, 1.0)
        ramp.apply([ops.cast(1.0 - momentum, g.dtype) * g for g in gradients], weights)
        return {"loss": loss}
