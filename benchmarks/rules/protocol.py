"""What a learning rule is to the engine.

A rule is a module of `benchmarks.rules` with a class `Learner`, written once in `keras.ops`: the
same lines run on every backend. The engine compiles `step` (alone, or many in a loop), feeds it
batches and keeps its `variables`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from benchmarks.spec import Data, Recipe

Batch = Mapping[str, Any]


@dataclass(frozen=True)
class Context:
    """What a learner is made of.

    `loss(model, batch, training)` is the entry's or the task's; `driver` is the backend's, of
    which a rule needs only `gradient` and (host-driven rules) `function`; `steps` counts the
    learning steps of the whole run; `seed` is the run's derived seed.
    """

    model: Any
    loss: Callable[[Any, Batch, bool], Any]
    recipe: Recipe
    data: Data
    driver: Any
    steps: int
    seed: int


class Learner(Protocol):
    """A model together with the rule that changes it.

    `variables` is everything that a checkpoint must hold, the model's variables included, in an
    order that depends on nothing but the recipe. Random numbers come from Keras seed generators
    among them.
    """

    variables: list[Any]

    def __init__(self, context: Context) -> None: ...

    def step(self, batch: Batch) -> Mapping[str, Any]:
        """Learn from one batch (dict of tensors, first axis the examples). Returns scalars to log."""
        ...


class HostLearner(Protocol):
    """A rule that acts on the host between compiled steps (an environment, a replay memory)."""

    variables: list[Any]

    def __init__(self, context: Context) -> None: ...

    def compile(self) -> None:
        """Compile what `leg` dispatches, without changing anything."""
        ...

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1. Returns steps, examples and the means of the logs."""
        ...

    def host_state(self) -> dict[str, np.ndarray]:
        """What a checkpoint must hold beside the variables."""
        ...

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        ...

    def reset_host_state(self, seed: int) -> None:
        """Start anew, from this seed."""
        ...
