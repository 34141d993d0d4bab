"""Gradient descent on a recorded computation, in one of three ways to find the derivatives.

Linnainmaa 1970 gave the one that is called reverse mode now; the two others came before.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from benchmarks.rules.protocol import Context, whole_model


@runtime_checkable
class Recorded(Protocol):
    """A host model that finds the derivatives of its loss itself."""

    weights: np.ndarray

    def pixels(self, x: np.ndarray) -> np.ndarray:
        """The inputs for data x: float64 [n, inputs]."""
        ...

    def gradient(
        self, pixels: np.ndarray, labels: np.ndarray, mode: str, difference: float
    ) -> tuple[float, np.ndarray, int]:
        """The mean loss, its derivatives [parameters], and how many operations one example took."""
        ...


class Learner:
    """`w -= rate * dE/dw` for batches in random order, on the host.

    `rule_options`: `learning_rate`; `mode`, "reverse", "forward" or "differences"; and `difference`, the step
    of the last.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.rate, self.mode = options.pop("learning_rate"), options.pop("mode")
        self.difference = options.pop("difference", 1e-5)
        if options:
            raise ValueError(
                f"recorded_gradient has no option {min(options)!r}; its options are learning_rate, mode and"
                " difference"
            )
        if self.mode not in ("reverse", "forward", "differences"):
            raise ValueError(
                f"recorded_gradient: mode is {self.mode!r}; it must be reverse, forward or differences"
            )
        model: Any = whole_model(context)
        if not isinstance(model, Recorded):
            raise ValueError(f"recorded_gradient needs a recorded net, which {type(model).__name__} is not")
        self.model: Recorded = model
        self.x, self.y = context.data.train["x"], context.data.train["y"]
        self.batch_size: int | None = context.stage.batch_size
        self.seed = context.seed
        self.variables: list[Any] = []

    def compile(self) -> None:
        """Nothing: the computation is recorded anew for every batch."""

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Learn in epochs first..last-1. Logs the mean loss, and the operations for one example and step."""
        pixels, size = self.model.pixels(self.x), self.batch_size or 1
        losses, operations = [], 0
        for epoch in range(first, last):
            order = np.random.default_rng([self.seed, epoch]).permutation(len(pixels))
            for start in range(0, len(order) - size + 1, size):
                some = order[start : start + size]
                loss, gradient, operations = self.model.gradient(
                    pixels[some], self.y[some], self.mode, self.difference
                )
                self.model.weights = self.model.weights - self.rate * gradient
                losses.append(loss)
        logs = {"loss": float(np.mean(losses)), "operations": float(operations)}
        return len(losses), len(losses) * size, logs

    def host_state(self) -> dict[str, np.ndarray]:
        """Nothing: the model holds the weights, and each epoch has an order of its own."""
        return {}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Nothing to continue from."""

    def reset_host_state(self, seed: int) -> None:
        """Learn in the order of this seed."""
        self.seed = seed
