"""What the engine trains: a stage made ready, driven by the device or by the host."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from benchmarks.engine.clock import Clock
from benchmarks.engine.work import Work
from benchmarks.spec import Data, Stage


@dataclass
class TrainingData:
    """The data that stages train on, and their training arrays on the device once they are `held`."""

    data: Data
    held: dict[str, Any] | None = None

    @property
    def examples(self) -> int:
        """The number of training examples."""
        return len(next(iter(self.data.train.values()))) if self.data.train else 0


class ReadyStage(Protocol):
    """A stage with its learner, and what it dispatches: `CompiledStage` or `HostDrivenStage`.

    `leg` is the number of epochs from one stop (for evaluation, a checkpoint, a line of progress) to
    the next. `batch_size`, `steps_per_program` and `xla` are those of a record's row, None if they do not
    apply.
    """

    stage: Stage
    learner: Any
    leg: int

    @property
    def batch_size(self) -> int | None:
        """Examples per learning step."""
        ...

    @property
    def steps_per_program(self) -> int | None:
        """Steps in one dispatched program."""
        ...

    @property
    def xla(self) -> bool | None:
        """Whether XLA compiles the program."""
        ...

    @property
    def work(self) -> Work | None:
        """The work of one learning step; None if it is unknown, or before `compile`."""
        ...

    def compile(self, clock: Clock) -> None:
        """Compile the programs, if that has not been done, without changing any state."""
        ...

    def count(self) -> Work | None:
        """The work of one learning step, counted without compiling it; None if it is unknown."""
        ...

    def reset(self, seed: int) -> None:
        """Start again from the stage's seed; the workbench resets the variables."""
        ...

    def train(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the stage's epochs first..last-1. Returns steps, examples and the means of the logs."""
        ...

    def host_state(self) -> dict[str, np.ndarray]:
        """What a checkpoint must hold besides the variables."""
        ...

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        ...
