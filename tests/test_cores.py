"""The cores that a process may use, on systems made of files."""

import os
from pathlib import Path

import pytest

from benchmarks import cores

V1 = (
    "tmpfs /sys/fs/cgroup tmpfs rw 0 0\n"
    "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\n"
    "cgroup /cpuset cgroup rw,cpuset 0 0\n"
)
V2 = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n"


def system(root: Path, mounts: str, groups: str, **files: str) -> Path:
    """A root folder with these mounts, control groups, and `files` under sys/fs/cgroup ("__" is a slash)."""
    for name, text in {"proc/self/mounts": mounts, "proc/self/cgroup": groups}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name, text in files.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/").replace("cpu_", "cpu.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.skipif(not cores.can_pin(), reason="the system does not pin processes")
def test_no_quota_leaves_the_affinity(tmp_path: Path) -> None:
    assert cores.available_cores(tmp_path) == len(os.sched_getaffinity(0))
    unlimited = system(tmp_path, V2, "0::/job\n", job__cpu_max="max 100000\n", cpu_max="max 100000\n")
    assert cores.quotas(unlimited) == []
    assert cores.available_cores(unlimited) == len(os.sched_getaffinity(0))


def test_the_tightest_quota_on_the_path_counts(tmp_path: Path) -> None:
    root = system(
        tmp_path,
        V2,
        "0::/slice/job\n",
        slice__job__cpu_max="150000 100000\n",
        slice__cpu_max="30000 100000\n",
        other__cpu_max="1000 100000\n",
    )
    assert sorted(cores.quotas(root)) == [0.3, 1.5]
    assert cores.available_cores(root) == 0.3


def test_a_container_that_sees_only_its_own_group(tmp_path: Path) -> None:
    root = system(tmp_path, V2, "0::/system.slice/docker-abc.scope\n", cpu_max="50000 100000\n")
    assert cores.available_cores(root) == 0.5


def test_version_1(tmp_path: Path) -> None:
    files = {
        "cpu,cpuacct__job__cpu_cfs_quota_us": "25000\n",
        "cpu,cpuacct__job__cpu_cfs_period_us": "50000\n",
        "cpu,cpuacct__cpu_cfs_quota_us": "-1\n",
    }
    root = system(tmp_path, V1, "3:cpuset:/\n2:cpu,cpuacct:/job\n0::/\n", **files)
    assert cores.quotas(root) == [0.5]


def test_throttled_time_is_in_seconds_in_both_versions(tmp_path: Path) -> None:
    second = system(
        tmp_path / "2",
        V2,
        "0::/job\n",
        job__cpu_stat="usage_usec 9\nnr_throttled 3\nthrottled_usec 2500000\n",
    )
    first = system(
        tmp_path / "1",
        V1,
        "2:cpu,cpuacct:/job\n",
        **{"cpu,cpuacct__job__cpu_stat": "nr_periods 8\nthrottled_time 1500000000\n"},
    )
    assert (cores.throttled_s(second), cores.throttled_s(first), cores.throttled_s(tmp_path / "none")) == (
        2.5,
        1.5,
        0.0,
    )


@pytest.mark.parametrize("text", ["", "nonsense", "max", "0 0", "100000 0", "-5 100000", "\x00\xff"])
def test_what_cannot_be_read_limits_nothing(text: str, tmp_path: Path) -> None:
    assert cores.quotas(system(tmp_path, V2, "0::/../..\n0::/\ngarbage\n", cpu_max=text)) == []


@pytest.mark.skipif(not cores.can_pin(), reason="the system does not pin processes")
def test_pinning_changes_what_is_available_but_not_what_was_at_the_start() -> None:
    before = os.sched_getaffinity(0)
    if len(before) < 2:
        pytest.skip("one core: it cannot be pinned to fewer")
    at_start = cores.available_at_start()
    try:
        os.sched_setaffinity(0, {min(before)})
        assert cores.available_cores() in (1.0, *cores.quotas())
        assert cores.available_at_start() == at_start
    finally:
        os.sched_setaffinity(0, before)
