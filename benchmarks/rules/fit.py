"""Learning in one step: the model fits itself to all training examples, by a closed form or a solver."""

from collections.abc import Mapping

import numpy as np

from benchmarks.rules.protocol import Context, Fits, HostModel


class Learner:
    """Calls `fit(x, y, seed)` of the part that learns, once: a stage of one epoch and one step.

    Works on a host model, and on a Keras model or layer that has such a method and assigns its own variables.
    """

    batch_size = None

    def __init__(self, context: Context) -> None:
        if context.stage.rule_options:
            raise ValueError(f"fit has no option {min(context.stage.rule_options)!r}; it takes no options")
        if context.stage.epochs != 1:
            raise ValueError(
                f"fit learns everything in one epoch: epochs is {context.stage.epochs}; set it to 1"
            )
        if not isinstance(context.part, Fits):
            raise ValueError(
                f"fit needs a model with a method fit(x, y, seed), which {type(context.part).__name__} lacks"
            )
        self.part: Fits = context.part
        self.data, self.driver, self.seed = context.data, context.driver, context.seed
        self.variables = [] if isinstance(context.model, HostModel) else list(context.model.variables)

    def compile(self) -> None:
        """Nothing: the solver needs no compilation."""

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """The fit. Returns one step, the number of training examples, and what the model logs."""
        x, y = self.data.train["x"], self.data.train.get("y")
        self.driver.sync()
        logs = self.part.fit(x, y, self.seed)
        self.driver.write([np.asarray(variable.value) for variable in self.driver.variables])
        return 1, len(x), dict(logs or {})

    def host_state(self) -> dict[str, np.ndarray]:
        """Nothing: the model holds everything that is learned."""
        return {}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Nothing to continue from."""

    def reset_host_state(self, seed: int) -> None:
        """Fit from this seed."""
        self.seed = seed
