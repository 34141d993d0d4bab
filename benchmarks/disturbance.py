"""What disturbed a run: processor time used by others or taken away, and the cores that were left.

Read from Linux's /proc and control groups; on other systems every value is None, for unknown.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.cores import ROOT, available_cores, throttled_s

#: The kernel counts in ticks of 10 ms: shorter windows are too coarse for a share.
SHORTEST_S = 0.1


def processor_ticks(stat: str) -> tuple[int, int, int] | None:
    """Ticks since the system started, of all cores: busy, stolen by a hypervisor, and in total.

    `stat` is the text of /proc/stat. None if it has no line `cpu`, or one of zeros, as in some sandboxes.
    """
    line = next((line.split() for line in stat.splitlines() if line.startswith("cpu ")), [])
    if len(line) < 5 or not all(field.isdecimal() for field in line[1:]):
        return None
    ticks = [int(field) for field in line[1:9]]
    ticks += [0] * (8 - len(ticks))  # old kernels print fewer columns
    user, nice, system, idle, iowait, irq, softirq, stolen = ticks
    busy = user + nice + system + irq + softirq  # guests are counted in user
    total = busy + idle + iowait + stolen
    return (busy, stolen, total) if total else None


def own_s() -> float:
    """Processor time of this process and of its ended children, in seconds."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Meter:
    """Watches windows of time: `start()` begins one, `read()` ends it and begins the next."""

    def __init__(
        self, root: Path = ROOT, wall: Callable[[], float] = time.monotonic, own: Callable[[], float] = own_s
    ) -> None:
        """Begin the first window. `wall` and `own` are clocks in seconds: real time, and `own_s`."""
        self.root, self.wall, self.own = root, wall, own
        self.start()

    def start(self) -> None:
        """Begin a window."""
        self._began = self._now()

    def read(self) -> dict[str, float | None]:
        """End a window. Returns numbers of cores, on average over the window; None means unknown.

        `other_cores` were kept busy by other processes, `stolen_cores` taken by a hypervisor or a quota;
        `available_cores` are those that this process may use. After a window shorter than SHORTEST_S the
        first two are None, and the window continues.
        """
        wall, own, ticks, throttled = self._now()
        wall_before, own_before, ticks_before, throttled_before = self._began
        cores: dict[str, float | None] = {
            "other_cores": None,
            "stolen_cores": None,
            "available_cores": available_cores(self.root),
        }
        seconds = wall - wall_before
        if seconds < SHORTEST_S or ticks is None or ticks_before is None or ticks[2] == ticks_before[2]:
            return cores
        self._began = (wall, own, ticks, throttled)
        busy, stolen = (
            (now - before) / os.sysconf("SC_CLK_TCK")
            for now, before in zip(ticks[:2], ticks_before[:2], strict=True)
        )
        # The kernel's counters may run a tick behind, which would make the differences negative.
        cores["other_cores"] = max(0.0, (busy - (own - own_before)) / seconds)
        cores["stolen_cores"] = max(0.0, (stolen + throttled - throttled_before) / seconds)
        return cores

    def _now(self) -> tuple[float, float, tuple[int, int, int] | None, float]:
        try:
            stat = (self.root / "proc/stat").read_text()
        except OSError:
            stat = ""
        return self.wall(), self.own(), processor_ticks(stat), throttled_s(self.root)
