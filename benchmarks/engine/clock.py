"""Clocks of which at most one runs at any moment, so that they are disjoint and add up."""

import contextlib
import time
from collections.abc import Iterator

from benchmarks.records import CLOCK_NAMES


class Clock:
    """Seconds by name. `start(name)` stops the running clock and starts another."""

    def __init__(self, seconds: dict[str, float] | None = None) -> None:
        self.seconds = dict.fromkeys(CLOCK_NAMES, 0.0) | (seconds or {})
        self._running: str | None = None
        self._since = 0.0

    def start(self, name: str) -> float:
        """Start the clock `name`; returns the seconds that the previous clock ran since its start."""
        if name not in self.seconds:
            raise KeyError(f"no clock named {name!r}: the clocks are {', '.join(CLOCK_NAMES)}")
        ran = self.stop()
        self._running, self._since = name, time.perf_counter()
        return ran

    def stop(self) -> float:
        """Stop the running clock; returns the seconds that it ran since its start."""
        now = time.perf_counter()
        ran = now - self._since if self._running else 0.0
        if self._running:
            self.seconds[self._running] += ran
        self._running = None
        return ran

    @contextlib.contextmanager
    def instead(self, name: str) -> Iterator[None]:
        """Inside, the clock `name` runs; afterwards the one that ran before, if any."""
        before = self._running
        self.start(name)
        try:
            yield
        finally:
            self.stop()
            if before is not None:
                self.start(before)

    @property
    def total(self) -> float:
        """The sum of all clocks, in seconds."""
        return sum(self.seconds.values())
