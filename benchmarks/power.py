"""What the device of a run draws, and what holds it back: energy, throttling, other processes on it.

GPUs tell by NVIDIA's management library (https://docs.nvidia.com/deploy/nvml-api/), processors by the energy
counters of their packages, which Linux shows as files (https://docs.kernel.org/power/powercap/powercap.html)
and usually to root alone. What neither tells is None, for unknown.
"""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pynvml

from benchmarks.cores import ROOT

#: Counters of GPUs move in steps of about 100 ms: shorter windows are too coarse.
#: Source: https://ml.energy/blog/energy/measurement/thermally-stable-profiling-for-accurate-gpu-energy-measurement
SHORTEST_S = 0.1
#: The length of the window in which an idle device is watched.
IDLE_S = 0.5
#: No package draws more, in W. A counter that this could have brought around twice tells nothing.
MOST_PACKAGE_W = 1000.0
#: What slows a GPU's clocks to protect it. Not among them: a power limit, which is the device as it was set,
#: and the general HwSlowdown, which NVML may also report while clocks change.
PROTECTIONS = {
    "heat": pynvml.nvmlClocksEventReasonSwThermalSlowdown | pynvml.nvmlClocksEventReasonHwThermalSlowdown,
    "a power brake": pynvml.nvmlClocksEventReasonHwPowerBrakeSlowdown,
}


class Package(NamedTuple):
    """The energy counter of a processor's package: its file, and the joules after which it begins anew."""

    file: Path
    range_j: float


def packages(root: Path = ROOT) -> list[Package]:
    """The counters of all packages of the processor; an empty list unless all of them can be read.

    Cores, graphics and memory have counters of their own, within that of a package or beside it; they are
    left out.
    """
    found = []
    try:
        for zone in sorted((root / "sys/class/powercap").glob("intel-rapl:*")):
            if (zone / "name").read_text().startswith("package-"):
                (zone / "energy_uj").read_text()
                range_j = int((zone / "max_energy_range_uj").read_text()) / 1e6
                found.append(Package(zone / "energy_uj", range_j))
    except (OSError, ValueError):
        return []
    return found


def handles(uuids: Sequence[str]) -> list[Any]:
    """NVML's handles of these GPUs; an empty list if one of them has no counters, as a MIG slice has none."""
    if any(uuid.startswith("MIG-") for uuid in uuids):
        return []
    try:
        pynvml.nvmlInit()
        return [pynvml.nvmlDeviceGetHandleByUUID(uuid) for uuid in uuids]
    except pynvml.NVMLError:
        return []


def limits(uuid: str) -> dict[str, float | None]:
    """The power limit in force on a GPU [W], and the highest clock of its cores [Hz]."""
    gpus = handles([uuid])
    milliwatts = _told(pynvml.nvmlDeviceGetEnforcedPowerLimit, *gpus) if gpus else None
    megahertz = _told(pynvml.nvmlDeviceGetMaxClockInfo, *gpus, pynvml.NVML_CLOCK_SM) if gpus else None
    return {
        "power_limit_w": None if milliwatts is None else milliwatts / 1e3,
        "clock_hz": None if megahertz is None else megahertz * 1e6,
    }


def _told(question: Callable[..., Any], *arguments: Any) -> Any:
    """NVML's answer; None where the GPU, the driver or its rights give none."""
    try:
        return question(*arguments)
    except pynvml.NVMLError:
        return None


class Meter:
    """Watches windows of time: `start()` begins one, `read()` ends it.

    `uuids` name the GPUs of a run; without any, the processor is watched.
    """

    def __init__(
        self,
        uuids: Sequence[str] = (),
        root: Path = ROOT,
        wall: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin the first window. `wall` is a clock in seconds."""
        self.wall, self.sleep = wall, sleep
        self.gpus = handles(uuids)
        self.packages = [] if uuids else packages(root)
        self.disturbance = ""
        self.start()

    def start(self) -> None:
        """Begin a window."""
        self._joules, self._heat = self._counters(), self._heat_counters()
        self._began = self.wall()

    def read(self) -> dict[str, Any]:
        """End a window. None means unknown, and after a window shorter than SHORTEST_S all is.

        `energy_j` is the energy of all GPUs, or of all packages, with all that ran on them. `throttled` says
        whether a GPU's clocks were slowed to protect it: by heat at any time of the window where the driver
        counts that, by anything of PROTECTIONS as it ended. `other_processes` says how many processes besides
        this one computed on the GPUs then. `disturbance` says the latter two in words.
        """
        seconds = self.wall() - self._began
        self.disturbance = ""
        if seconds < SHORTEST_S:
            return {"energy_j": None, "throttled": None, "other_processes": None}
        energy_j, protections, others = self._drawn(seconds), self._protections(), self._others()
        slowed = f"clocks slowed by {' and '.join(protections)}" if protections else ""
        shared = f"{others} other process(es) on the device" if others else ""
        self.disturbance = "; ".join(filter(None, (slowed, shared)))
        throttled = None if protections is None else bool(protections)
        return {"energy_j": energy_j, "throttled": throttled, "other_processes": others}

    def idle_w(self) -> float | None:
        """The power of the device, in W, over IDLE_S in which this process sleeps.

        None where there is no counter, and then at once.
        """
        self.start()
        if self._joules is None:
            return None
        self.sleep(IDLE_S)
        seconds = self.wall() - self._began
        drawn = self._drawn(seconds)
        return None if drawn is None else drawn / seconds

    def _protections(self) -> list[str] | None:
        """What slowed the clocks of a GPU: names of PROTECTIONS."""
        reasons = [_told(pynvml.nvmlDeviceGetCurrentClocksEventReasons, gpu) for gpu in self.gpus]
        if not reasons or None in reasons:
            return None
        found = {name for name, bits in PROTECTIONS.items() if any(reason & bits for reason in reasons)}
        counts = zip(self._heat, self._heat_counters(), strict=True)
        if any(after > before for before, after in counts if before is not None and after is not None):
            found.add("heat")
        return [name for name in PROTECTIONS if name in found]

    def _heat_counters(self) -> list[int | None]:
        """How long heat has slowed each GPU since its driver was loaded; None where that is not counted."""
        thermal = pynvml.NVML_PERF_POLICY_THERMAL
        counts = [_told(pynvml.nvmlDeviceGetViolationStatus, gpu, thermal) for gpu in self.gpus]
        return [None if count is None else count.violationTime for count in counts]

    def _others(self) -> int | None:
        """Processes on the GPUs besides this one, which a container may know by another number."""
        listed = [_told(pynvml.nvmlDeviceGetComputeRunningProcesses, gpu) for gpu in self.gpus]
        # Where not even this process is listed, the driver does not tell.
        if not listed or not all(listed):
            return None
        return sum(len({process.pid for process in of_gpu}) - 1 for of_gpu in listed)

    def _counters(self) -> list[float] | None:
        """The energy in J that each GPU or package has drawn since its counter began."""
        try:
            if self.gpus:
                return [pynvml.nvmlDeviceGetTotalEnergyConsumption(gpu) / 1e3 for gpu in self.gpus]
            return [int(package.file.read_text()) / 1e6 for package in self.packages] or None
        except (pynvml.NVMLError, OSError, ValueError):
            return None

    def _drawn(self, seconds: float) -> float | None:
        """The energy in J since the window began; counters that stand still tell nothing."""
        now = self._counters()
        if now is None or self._joules is None:
            return None
        ranges = [package.range_j for package in self.packages] or [math.inf] * len(now)
        if MOST_PACKAGE_W * seconds >= min(ranges):
            return None
        parts = [
            after - before if after >= before else after - before + range_j
            for before, after, range_j in zip(self._joules, now, ranges, strict=True)
        ]
        return sum(parts) if min(parts) > 0 and max(parts) < math.inf else None
