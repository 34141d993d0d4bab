"""Momentum that comes close to 1 in ever longer stretches, classical or Nesterov's."""

from typing import Any

import keras
from keras import ops


class RisingMomentum(keras.optimizers.SGD):
    """v ← μ(t) v - ε g, w ← w + v, with μ(t) = min(1 - 1 / (2 (⌊t / period⌋ + 1)), `largest`).

    t counts steps from 0. From step `calm_from` on μ is at most `calm`, for a last stretch of fine
    convergence. With `nesterov`, g is the gradient at w + μ(t) v, where the velocity alone would lead. What
    is kept, and scored, is that point ahead: u = w + μ(t) v, and

        v ← μ(t) v - ε g(u),    u ← u - ε g(u) + μ(t + 1) v

    Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep learning"
    (2013), equations 1 to 5; their period is 250.
    """

    def __init__(
        self,
        learning_rate: Any,
        largest: float,
        period: int = 250,
        calm_from: int | None = None,
        calm: float = 0.9,
        nesterov: bool = False,
        **kwargs: Any,
    ) -> None:
        if not 0.5 <= largest < 1.0:
            raise ValueError(f"largest is {largest}; momentum begins at 0.5, and stays below 1")
        super().__init__(learning_rate=learning_rate, momentum=largest, nesterov=nesterov, **kwargs)
        self.largest = largest
        self.period = period
        self.calm_from = calm_from
        self.calm = calm

    def at(self, step: Any) -> Any:
        """μ at a step, counted from 0: a float scalar."""
        stretch = ops.cast(ops.floor_divide(step, self.period) + 1, "float32")
        rising = ops.minimum(1.0 - 0.5 / stretch, self.largest)
        if self.calm_from is None:
            return rising
        return ops.where(step < self.calm_from, rising, ops.minimum(rising, self.calm))

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step for one variable."""
        velocity = self.momentums[self._get_variable_index(variable)]
        now, then = (ops.cast(self.at(self.iterations + ahead), variable.dtype) for ahead in (0, 1))
        downhill = ops.cast(learning_rate, variable.dtype) * ops.cast(gradient, variable.dtype)
        speed = now * velocity - downhill
        self.assign(velocity, speed)
        self.assign_add(variable, then * speed - downhill if self.nesterov else speed)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        del config["momentum"]
        schedule = {
            "largest": self.largest,
            "period": self.period,
            "calm_from": self.calm_from,
            "calm": self.calm,
        }
        return {**config, **schedule}
