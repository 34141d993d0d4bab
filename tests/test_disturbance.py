"""What others did while a run trained, on systems made of files."""

import os
from pathlib import Path

import pytest

from benchmarks.cores import available_cores
from benchmarks.disturbance import Meter, processor_ticks

HZ = os.sysconf("SC_CLK_TCK")


class System:
    """A machine whose clocks and counters are set by hand; all in seconds."""

    def __init__(self, root: Path) -> None:
        self.root, self.now, self.mine = root, 1000.0, 5.0
        (root / "proc/self").mkdir(parents=True)
        (root / "sys/fs/cgroup").mkdir(parents=True)
        (root / "proc/self/mounts").write_text("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n")
        (root / "proc/self/cgroup").write_text("0::/\n")
        self.counters(user=100, idle=900)
        self.throttled(0)
        self.meter = Meter(root, wall=lambda: self.now, own=lambda: self.mine)

    def counters(
        self, user: float = 0, system: float = 0, idle: float = 0, stolen: float = 0, guest: float = 0
    ) -> None:
        ticks = [round(value * HZ) for value in (user, 0, system, idle, 0, 0, 0, stolen, guest, 0)]
        (self.root / "proc/stat").write_text(f"cpu  {' '.join(map(str, ticks))}\ncpu0 1 2 3 4\nintr 5\n")

    def throttled(self, seconds: float) -> None:
        (self.root / "sys/fs/cgroup/cpu.stat").write_text(
            f"usage_usec 1\nthrottled_usec {round(seconds * 1e6)}\n"
        )


@pytest.fixture
def box(tmp_path: Path) -> System:
    return System(tmp_path)


def test_busy_time_beyond_ones_own_is_that_of_others(box: System) -> None:
    box.now += 10
    box.mine += 9
    box.counters(
        user=120, system=4, idle=896, guest=7
    )  # 24 s busy in 10 s, 9 of them one's own; a guest's time is in user already
    found = box.meter.read()
    assert found["other_cores"] == pytest.approx(1.5)
    assert found["stolen_cores"] == 0.0


def test_alone_on_a_machine_is_no_disturbance_whatever_the_counters_lag(box: System) -> None:
    box.now += 1
    box.mine += 1.02
    box.counters(user=101, idle=901)
    assert box.meter.read()["other_cores"] == 0.0


def test_a_hypervisor_and_a_quota_steal(box: System) -> None:
    box.now += 2
    box.counters(user=100, idle=903, stolen=1)
    box.throttled(3)
    assert box.meter.read()["stolen_cores"] == pytest.approx(2.0)


def test_each_window_is_its_own(box: System) -> None:
    box.now += 1
    box.counters(user=102, idle=900)
    assert box.meter.read()["other_cores"] == pytest.approx(2.0)
    box.now += 1
    box.counters(user=102, idle=902)
    assert box.meter.read()["other_cores"] == 0.0
    box.counters(user=120, idle=904)
    box.now += 1
    box.meter.start()
    box.now += 1
    box.counters(user=121, idle=905)
    assert box.meter.read()["other_cores"] == pytest.approx(1.0)


def test_a_window_too_short_tells_nothing(box: System) -> None:
    box.now += 0.09
    box.counters(user=101, idle=900)
    assert box.meter.read() == {
        "other_cores": None,
        "stolen_cores": None,
        "available_cores": available_cores(box.root),
    }


@pytest.mark.parametrize(
    "stat", ["", "cpu  0 0 0 0 0 0 0 0 0 0\n", "cpu  1 2\n", "cpu  a b c d\n", "cpu0 1 2 3 4 5 6 7 8\n"]
)
def test_a_system_that_does_not_tell(stat: str, box: System) -> None:
    box.now += 5
    (box.root / "proc/stat").write_text(stat)
    assert box.meter.read()["other_cores"] is None
    assert processor_ticks(stat) is None


def test_counters_that_stand_still_tell_nothing(box: System) -> None:
    box.now += 5
    assert box.meter.read()["other_cores"] is None


def test_old_kernels_have_fewer_columns() -> None:
    assert processor_ticks("cpu 1 2 3 4\n") == (6, 0, 10)


def test_a_quota_is_what_is_available(box: System) -> None:
    (box.root / "sys/fs/cgroup/cpu.max").write_text("30000 100000\n")
    assert box.meter.read()["available_cores"] == 0.3
