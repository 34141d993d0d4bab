"""Honest clocks: at every moment exactly one of them runs, so they are disjoint and add up."""

import time

NAMES = ("import", "data", "compile", "train", "evaluate", "checkpoint")


class Clock:
    """Seconds by name. `start(name)` stops the running clock and starts another."""

    def __init__(self, seconds: dict[str, float] | None = None) -> None:
        self.seconds = dict.fromkeys(NAMES, 0.0) | (seconds or {})
        self._running: str | None = None
        self._since = 0.0

    def start(self, name: str) -> float:
        """Start the clock `name`; returns the seconds that the clock running until now has run since its start."""
        ran = self.stop()
        if name not in self.seconds:
            raise KeyError(f"no clock named {name!r}: the clocks are {', '.join(NAMES)}")
        self._running, self._since = name, time.perf_counter()
        return ran

    def stop(self) -> float:
        """Stop the running clock; returns the seconds that it has run since its start."""
        now = time.perf_counter()
        ran = now - self._since if self._running else 0.0
        if self._running:
            self.seconds[self._running] += ran
        self._running = None
        return ran

    @property
    def total(self) -> float:
        """The sum of all clocks."""
        return sum(self.seconds.values())
