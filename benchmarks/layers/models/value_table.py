"""A table of values: one number for each action in each situation."""

from collections.abc import Mapping

import numpy as np


class ValueTable:
    """`values` float64 [states, actions], all 0 at first: a host model."""

    values: np.ndarray

    def __init__(self, states: int, actions: int) -> None:
        self.set_state({"values": np.zeros((states, actions))})

    def __call__(self, observations: np.ndarray, training: bool = False) -> np.ndarray:
        """The values [n, actions] of states, int [n]."""
        return self.values[np.asarray(observations, "int64")]

    def state(self) -> dict[str, np.ndarray]:
        """The `values`."""
        return {"values": self.values.copy()}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.values = np.array(state["values"], "float64")

    def parameters(self) -> int:
        """One for each action in each state."""
        return self.values.size
