"""How many cores a process may use: its affinity, and the share that its control groups (Linux) leave it."""

import functools
import os
from pathlib import Path

ROOT = Path("/")


def usable() -> list[int]:
    """The numbers of the cores that this process may run on: all if the system does not pin processes."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def can_pin() -> bool:
    """Whether the system pins a process to cores (Linux does, macOS does not)."""
    return hasattr(os, "sched_setaffinity")


def available_cores(root: Path = ROOT) -> float | None:
    """The cores that this process may use now: those of its affinity, or fewer if a quota leaves less.

    Quotas are those of cgroups v1 and v2; containers, SLURM and systemd set fractions: 0.3 is a third of one
    core's time. None if unknown.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    return min([float(len(usable())), *quotas(root)])


@functools.cache
def available_at_start() -> float | None:
    """`available_cores()` when first asked in this process, or in the one that it was forked from.

    A run that is pinned to fewer cores later is still on the same machine.
    """
    return available_cores()


def quotas(root: Path = ROOT) -> list[float]:
    """The quotas, in cores, of this process's control groups and of all groups above them."""
    limits = []
    for group in control_groups(root):
        if quota := _quota_v2(_text(group / "cpu.max")) or _quota_v1(
            _text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us")
        ):
            limits.append(quota)
    return limits


def throttled_s(root: Path = ROOT) -> float:
    """Seconds for which quotas kept a control group from running, over all cores: the largest loss."""
    lost = [0.0]
    for group in control_groups(root):
        counters = dict(
            line.split()[:2] for line in _text(group / "cpu.stat").splitlines() if len(line.split()) >= 2
        )
        lost.append(
            _number(counters.get("throttled_usec")) / 1e6 + _number(counters.get("throttled_time")) / 1e9
        )
    return max(lost)


def control_groups(root: Path = ROOT) -> list[Path]:
    """The folders of this process's control groups for processor time, and of all visible groups above."""
    mounts = []
    for line in _text(root / "proc/self/mounts").splitlines():
        _, folder, kind, options, *_ = [*line.split(), "", "", "", ""]
        if kind == "cgroup2" or (kind == "cgroup" and "cpu" in options.split(",")):
            mounts.append((kind, root / folder.lstrip("/")))
    folders = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        kind = "cgroup" if controllers else "cgroup2"
        if controllers and "cpu" not in controllers.split(","):
            continue
        # A container may see only a part of the path: missing folders are skipped.
        parts = [part for part in path.split("/") if part]
        above = ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]
        folders += [mount / part for mounted, mount in mounts if mounted == kind for part in above]
    return [folder for folder in folders if ".." not in folder.parts and folder.is_dir()]


def _quota_v2(cpu_max: str) -> float | None:
    quota, period = [*cpu_max.split(), "", ""][:2]
    return _number(quota) / _number(period) if _number(quota) > 0 and _number(period) > 0 else None


def _quota_v1(quota: str, period: str) -> float | None:
    return _quota_v2(f"{quota.strip()} {period.strip()}")


def _number(text: str | None) -> float:
    """The number, or 0 for anything else, such as the word `max`."""
    return float(text) if text and text.strip().isdecimal() else 0.0


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
