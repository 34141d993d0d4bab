"""A stage whose rule acts on the host, and may dispatch compiled programs itself."""

from collections.abc import Mapping

import numpy as np

from benchmarks.engine.clock import Clock
from benchmarks.rules.protocol import HostLearner
from benchmarks.spec import Stage


class HostDrivenStage:
    """Leaves the legs to the learner."""

    steps_per_program = None
    xla = None
    work = None

    def __init__(self, stage: Stage, learner: HostLearner) -> None:
        self.stage, self.learner = stage, learner
        self.leg = stage.evaluate_every or 1
        self._compiled = False

    @property
    def batch_size(self) -> int | None:
        """Examples per learning step; None for a rule without batches."""
        return self.learner.batch_size if self.stage.epochs else None

    def compile(self, clock: Clock) -> None:
        """Let the learner compile what it dispatches."""
        if not self._compiled:
            clock.start("compile")
            self.learner.compile()
            self._compiled = True

    def count(self) -> None:
        """Unknown: what the learner does is not one program."""
        return None

    def reset(self, seed: int) -> None:
        """Let the learner start again from this seed."""
        self.learner.reset_host_state(seed)

    def train(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the stage's epochs first..last-1. Returns steps, examples and the means of the logs."""
        return self.learner.leg(first, last)

    def host_state(self) -> dict[str, np.ndarray]:
        """What the learner keeps on the host."""
        return self.learner.host_state()

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        self.learner.set_host_state(state)
