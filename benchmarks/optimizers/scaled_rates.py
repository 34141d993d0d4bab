"""Gradient descent with momentum and a learning rate that differs between weights."""

import math
from collections.abc import Sequence
from typing import Any

import keras


class ScaledRates(keras.optimizers.SGD):
    """Gradient descent with momentum whose learning rate differs between layers and kinds of weights.

    `scales` pairs names with factors: the rate of a variable is multiplied by the factors of all names on its
    path. With ("bias", 2.0) and ("output", 0.1) the biases of layer "output" learn at a fifth of
    `learning_rate`. The parameter files of Krizhevsky's cuda-convnet (2011) and their descendants have twice
    the rate for biases.
    """

    def __init__(self, learning_rate: Any, scales: Sequence[tuple[str, float]], **kwargs: Any) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.scales = tuple(scales)
        self.factors: list[float] = []

    def build(self, variables: Any) -> None:
        """Find the factor of each variable by its path, since a step does not know the path."""
        super().build(variables)
        self.factors = [
            math.prod(factor for name, factor in self.scales if name in variable.path.split("/"))
            for variable in variables
        ]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step for one variable."""
        super().update_step(
            gradient, variable, learning_rate * self.factors[self._get_variable_index(variable)]
        )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "scales": self.scales}
