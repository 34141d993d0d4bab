"""The learning rate of the Transformer: up linearly, then down with the root of the step."""

import keras
from keras import ops


class InverseSquareRootWarmup(keras.optimizers.schedules.LearningRateSchedule):
    """`factor * width**-0.5 * min(step**-0.5, step * warmup_steps**-1.5)`, steps counted from 1.

    Source: Vaswani et al. 2017, equation 3.
    """

    def __init__(self, width: int, warmup_steps: int, factor: float = 1.0) -> None:
        self.width = width
        self.warmup_steps = warmup_steps
        self.factor = factor

    def __call__(self, step: int) -> float:
        """The rate at a step, counted from 0."""
        n = ops.cast(step, "float32") + 1.0
        return self.factor * self.width**-0.5 * ops.minimum(ops.rsqrt(n), n * self.warmup_steps**-1.5)

    def get_config(self) -> dict[str, float]:
        """The constructor's arguments."""
        return {"width": self.width, "warmup_steps": self.warmup_steps, "factor": self.factor}
