"""Resilient propagation: only the sign of the gradient, and for each weight a step that adapts."""

from typing import Any

import keras
from keras import ops


class Rprop(keras.optimizers.Optimizer):
    """w ← w - Δ sign(g), where each weight has a step Δ of its own.

    Δ is multiplied by `increase` if the gradient has the sign of the last one, and by `decrease` if it has
    the other; it stays within `smallest` and `largest`, and as it is where either gradient is 0. It begins at
    `first_step`. Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the
    RPROP algorithm" (1993), but a step after which the sign has changed is not taken back; so Tieleman and
    Hinton tell it (2012, lecture 6e).
    """

    def __init__(
        self,
        first_step: float = 0.1,
        increase: float = 1.2,
        decrease: float = 0.5,
        smallest: float = 1e-6,
        largest: float = 50.0,
        **kwargs: Any,
    ) -> None:
        if not 0.0 < decrease < 1.0 < increase:
            raise ValueError(f"decrease {decrease} and increase {increase}: give one below 1 and one above")
        super().__init__(learning_rate=first_step, **kwargs)
        self.first_step = first_step
        self.increase = increase
        self.decrease = decrease
        self.smallest = smallest
        self.largest = largest

    def build(self, variables: list[Any]) -> None:
        """Make room for the last gradient and the step of each weight."""
        if self.built:
            return
        super().build(variables)
        self.last = self.add_optimizer_variables(variables, "last_gradient")
        first = keras.initializers.Constant(self.first_step)
        self.steps = self.add_optimizer_variables(variables, "step", initializer=first)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step for one variable."""
        place = self._get_variable_index(variable)
        gradient = ops.cast(gradient, variable.dtype)
        agreement = ops.sign(gradient) * ops.sign(self.last[place])
        factor = ops.where(agreement > 0, self.increase, ops.where(agreement < 0, self.decrease, 1.0))
        step = self.steps[place] * ops.cast(factor, variable.dtype)
        step = ops.clip(step, self.smallest, self.largest)
        self.assign(self.last[place], gradient)
        self.assign(self.steps[place], step)
        self.assign_sub(variable, step * ops.sign(gradient))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        del config["learning_rate"]
        bounds = {
            "first_step": self.first_step,
            "increase": self.increase,
            "decrease": self.decrease,
            "smallest": self.smallest,
            "largest": self.largest,
        }
        return {**config, **bounds}
