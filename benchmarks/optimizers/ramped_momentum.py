"""Gradient descent with a momentum that changes during training, as in training recipes before Adam."""

from typing import Any

import keras
from keras import ops


class RampedMomentum(keras.optimizers.SGD):
    """v ← μ(t) v - ε g, w ← w + v, with μ going linearly from `momentum` to `final_momentum`.

    The ramp lasts from step `ramp_start` to step `ramp_end`, counted from 0; with
    `ramp_end = ramp_start + 1` it is a jump. Two uses: the jump from 0.5 to 0.9 after five epochs of
    Hinton and Salakhutdinov 2006, and the slow ramp of Goodfellow et al. 2014.
    """

    def __init__(
        self,
        learning_rate: Any,
        momentum: float,
        final_momentum: float,
        ramp_start: int,
        ramp_end: int,
        **kwargs: Any,
    ) -> None:
        if not ramp_start < ramp_end:
            raise ValueError(
                f"ramp_start {ramp_start} is not below ramp_end {ramp_end};"
                " for a jump set ramp_end to ramp_start + 1"
            )
        super().__init__(learning_rate=learning_rate, momentum=momentum, **kwargs)
        self.final_momentum = final_momentum
        self.ramp_start = ramp_start
        self.ramp_end = ramp_end

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step for one variable."""
        done = (ops.cast(self.iterations, "float32") - self.ramp_start) / (self.ramp_end - self.ramp_start)
        momentum = self.momentum + (self.final_momentum - self.momentum) * ops.clip(done, 0.0, 1.0)
        velocity = self.momentums[self._get_variable_index(variable)]
        new = ops.cast(momentum, variable.dtype) * velocity - ops.cast(
            learning_rate, variable.dtype
        ) * ops.cast(gradient, variable.dtype)
        self.assign(velocity, new)
        self.assign_add(variable, new)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        ramp = {
            "final_momentum": self.final_momentum,
            "ramp_start": self.ramp_start,
            "ramp_end": self.ramp_end,
        }
        return {**super().get_config(), **ramp}
