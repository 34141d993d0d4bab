"""How many cores a process may use: its affinity, and the share that its control groups (Linux) leave it."""

import functools
import os
from pathlib import Path

ROOT = Path("/")


def available_cores(root: Path = ROOT) -> float | None:
    """The cores that this process may use now: those of its affinity, or fewer where a quota (cgroup v1 or v2) leaves less.

    None where the system does not tell. Containers, SLURM and systemd give out fractions: 0.3 is a third of one core's time.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    return min([float(len(os.sched_getaffinity(0))), *quotas(root)])


@functools.cache
def available_at_start() -> float | None:
    """`available_cores()` as first asked in this process or the one it was forked from: a run that is pinned later changes no machine."""
    return available_cores()


def quotas(root: Path = ROOT) -> list[float]:
    """The quotas, in cores, of this process's control groups and of all groups above them."""
    found = []
    for group in control_groups(root):
        if quota := _quota_v2(_text(group / "cpu.max")) or _quota_v1(
            _text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us")
        ):
            found.append(quota)
    return found


def throttled_s(root: Path = ROOT) -> float:
    """Seconds that quotas have kept this process's control groups from running, summed over cores; of the group that lost most."""
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
    """The folders of the control groups that share out processor time to this process: its own and all above it, as far as they can be seen."""
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
        # A container may see only a part of the path: what is not there is passed over.
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
    """The number, or 0 for what is none, such as the word `max`."""
    return float(text) if text and text.strip().isdecimal() else 0.0


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
