"""What else went on while a run trained: processor time used by others or taken away, and the cores left.

Read from Linux's /proc and control groups; on other systems all is None, for unknown.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.cores import ROOT, available_cores, throttled_s

#: The kernel counts in ticks of 10 ms: of a shorter window a share cannot be told.
SHORTEST_S = 0.1


def processor_ticks(stat: str) -> tuple[int, int, int] | None:
    """Ticks since the system started, of all cores: busy, stolen by a hypervisor, and in total.

    `stat` is the text of /proc/stat. None where it has no such line, or one of zeros, as sandboxes show.
    """
    line = next((line.split() for line in stat.splitlines() if line.startswith("cpu ")), [])
    if len(line) < 5 or not all(field.isdecimal() for field in line[1:]):
        return None
    user, nice, system, idle, iowait, irq, softirq, stolen = ([int(field) for field in line[1:9]] + [0] * 8)[
        :8
    ]
    busy = user + nice + system + irq + softirq  # guests are counted in user
    total = busy + idle + iowait + stolen
    return (busy, stolen, total) if total else None


def own_s() -> float:
    """Seconds of processor time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Meter:
    """Watches windows of time: `start()` begins one, `read()` ends it and begins the next."""

    def __init__(
        self, root: Path = ROOT, wall: Callable[[], float] = time.monotonic, own: Callable[[], float] = own_s
    ) -> None:
        """Begin the first window. `wall` and `own` are clocks in seconds, `own` of this process."""
        self.root, self.wall, self.own = root, wall, own
        self.start()

    def start(self) -> None:
        """Begin a window."""
        self._began = self._now()

    def read(self) -> dict[str, float | None]:
        """End a window: how many cores others used, how many were taken away, how many this process may use.

        `other_cores` were kept busy by other processes, `stolen_cores` taken by a hypervisor or a quota. Each
        is None where the system does not tell; so are both after too short a window, which then goes on.
        """
        (wall, own, ticks, throttled), (wall_before, own_before, ticks_before, throttled_before) = (
            self._now(),
            self._began,
        )
        found: dict[str, float | None] = {
            "other_cores": None,
            "stolen_cores": None,
            "available_cores": available_cores(self.root),
        }
        seconds = wall - wall_before
        if seconds < SHORTEST_S or ticks is None or ticks_before is None or ticks[2] == ticks_before[2]:
            return found
        self._began = (wall, own, ticks, throttled)
        busy, stolen = (
            (now - before) / os.sysconf("SC_CLK_TCK")
            for now, before in zip(ticks[:2], ticks_before[:2], strict=True)
        )
        # The kernel's counters may run a tick behind: less than nothing is nothing.
        found["other_cores"] = max(0.0, (busy - (own - own_before)) / seconds)
        found["stolen_cores"] = max(0.0, (stolen + throttled - throttled_before) / seconds)
        return found

    def _now(self) -> tuple[float, float, tuple[int, int, int] | None, float]:
        try:
            stat = (self.root / "proc/stat").read_text()
        except OSError:
            stat = ""
        return self.wall(), self.own(), processor_ticks(stat), throttled_s(self.root)
