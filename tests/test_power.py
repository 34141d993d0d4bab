"""What a device draws, on packages made of files and GPUs of a pretended library."""

from collections.abc import Callable
from pathlib import Path

import pynvml
import pytest

from benchmarks import power
from tests import nvml

UNKNOWN = {"energy_j": None, "throttled": None, "other_processes": None}


class Box:
    """A machine whose clock and energy counters are set by hand; while it sleeps, `step` moves them."""

    def __init__(self, root: Path) -> None:
        self.root, self.now = root, 1000.0
        self.step: Callable[[], object] = lambda: None

    def zone(self, folder: str, name: str, microjoules: int | str, most: int = 262_143_328_850) -> Path:
        """A zone of Linux's powercap; its range is that of a Xeon, a little over 262 kJ."""
        zone = self.root / "sys/class/powercap" / folder
        zone.mkdir(parents=True, exist_ok=True)
        (zone / "name").write_text(f"{name}\n")
        (zone / "energy_uj").write_text(f"{microjoules}\n")
        (zone / "max_energy_range_uj").write_text(f"{most}\n")
        return zone

    def meter(self, *uuids: str) -> power.Meter:
        return power.Meter(uuids, self.root, wall=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.step()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_the_energy_of_a_processor_is_that_of_its_packages_alone(box: Box) -> None:
    box.zone("intel-rapl:0", "package-0", 5_000_000)
    box.zone("intel-rapl:1", "package-1", 9_000_000)
    meter = box.meter()
    box.now += 2
    box.zone("intel-rapl:0", "package-0", 155_000_000)
    box.zone("intel-rapl:1", "package-1", 49_000_000)
    # Cores and memory are within a package or beside it, the platform is more than the processor, and the
    # second interface shows the same package again.
    box.zone("intel-rapl:0:0", "core", 100_000_000)
    box.zone("intel-rapl:0:1", "dram", 10_000_000)
    box.zone("intel-rapl:2", "psys", 400_000_000)
    box.zone("intel-rapl-mmio:0", "package-0", 155_000_000)
    assert meter.read() == {**UNKNOWN, "energy_j": 190.0}
    assert len(power.packages(box.root)) == 2


def test_a_counter_that_began_anew_is_counted_through(box: Box) -> None:
    box.zone("intel-rapl:0", "package-0", 65_532_000_000, most=65_532_610_987)
    meter = box.meter()
    box.now += 1
    box.zone("intel-rapl:0", "package-0", 99_389_013, most=65_532_610_987)
    assert meter.read()["energy_j"] == pytest.approx(0.610987 + 99.389013)


def test_a_window_in_which_a_counter_could_begin_anew_twice_tells_nothing(box: Box) -> None:
    box.zone("intel-rapl:0", "package-0", 0, most=65_532_610_987)
    meter = box.meter()
    box.zone("intel-rapl:0", "package-0", 6_000_000_000, most=65_532_610_987)
    box.now += 65
    assert meter.read()["energy_j"] == 6000.0
    box.now += 1
    assert meter.read()["energy_j"] is None


def test_each_window_is_its_own(box: Box) -> None:
    box.zone("intel-rapl:0", "package-0", 0)
    meter = box.meter()
    box.now += 1
    box.zone("intel-rapl:0", "package-0", 70_000_000)
    meter.start()
    box.now += 1
    box.zone("intel-rapl:0", "package-0", 75_000_000)
    assert meter.read()["energy_j"] == 5.0


def test_a_window_too_short_tells_nothing(box: Box) -> None:
    box.zone("intel-rapl:0", "package-0", 0)
    meter = box.meter()
    box.now += 0.09
    box.zone("intel-rapl:0", "package-0", 9_000_000)
    assert meter.read() == UNKNOWN


def test_a_machine_without_counters_tells_nothing_and_is_not_waited_for(box: Box) -> None:
    def never() -> None:
        pytest.fail("it slept")

    box.step = never
    meter = box.meter()
    box.now += 5
    assert meter.read() == UNKNOWN
    assert meter.idle_w() is None


@pytest.mark.parametrize("damage", ["spoilt", "unreadable"])
def test_one_package_that_cannot_be_read_makes_the_energy_unknown(box: Box, damage: str) -> None:
    box.zone("intel-rapl:0", "package-0", 0)
    zone = box.zone("intel-rapl:1", "package-1", 0)
    (zone / "energy_uj").unlink()
    if damage == "spoilt":
        (zone / "energy_uj").write_text("")
    meter = box.meter()
    box.now += 1
    box.zone("intel-rapl:0", "package-0", 50_000_000)
    assert meter.read() == UNKNOWN


def test_a_counter_that_stands_still_tells_nothing(box: Box) -> None:
    """As in some virtual machines."""
    box.zone("intel-rapl:0", "package-0", 0)
    meter = box.meter()
    box.now += 1
    assert meter.read()["energy_j"] is None


def test_idle_power_is_that_of_half_a_second(box: Box) -> None:
    box.zone("intel-rapl:0", "package-0", 1_000_000)
    box.step = lambda: box.zone("intel-rapl:0", "package-0", 21_000_000)
    began = box.now
    assert box.meter().idle_w() == 40.0
    assert box.now - began == power.IDLE_S == 0.5


GPU = "GPU-aaaa1111"


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> nvml.Gpu:
    """A GPU that trains for this process, known under another number outside its container."""
    gpu = nvml.Gpu("NVIDIA H200", GPU, energy_mj=7_000_000, reasons=0, processes=[4242])
    gpu.limit_mw, gpu.clock_mhz = 700_000, 1980
    nvml.pretend(monkeypatch, [nvml.Gpu("Other", "GPU-bbbb", energy_mj=1, reasons=0, processes=[1, 2]), gpu])
    return gpu


def test_the_energy_of_a_gpu_is_its_own_counter_s(box: Box, gpu: nvml.Gpu) -> None:
    box.zone("intel-rapl:0", "package-0", 0)
    meter = box.meter(GPU)
    box.now += 3600
    gpu.energy_mj = 8_500_500
    assert meter.read() == {"energy_j": 1500.5, "throttled": False, "other_processes": 0}
    assert meter.disturbance == ""


def test_a_driver_that_was_loaded_anew_tells_nothing(box: Box, gpu: nvml.Gpu) -> None:
    meter = box.meter(GPU)
    box.now += 1
    gpu.energy_mj = 12
    assert meter.read()["energy_j"] is None


def test_several_gpus_are_added_up(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = [nvml.Gpu("NVIDIA H200", f"GPU-{i}", energy_mj=0, reasons=0, processes=[7]) for i in range(2)]
    nvml.pretend(monkeypatch, pair)
    meter = box.meter("GPU-0", "GPU-1")
    box.now += 1
    pair[0].energy_mj, pair[1].energy_mj = 300_000, 200_000
    pair[1].processes = [7, 8]
    pair[1].reasons = pynvml.nvmlClocksEventReasonHwThermalSlowdown
    assert meter.read() == {"energy_j": 500.0, "throttled": True, "other_processes": 1}


@pytest.mark.parametrize(
    ("reasons", "processes", "throttled", "others", "said"),
    [
        (pynvml.nvmlClocksEventReasonSwThermalSlowdown, [1], True, 0, "clocks slowed by heat"),
        (
            pynvml.nvmlClocksEventReasonHwThermalSlowdown | pynvml.nvmlClocksEventReasonHwPowerBrakeSlowdown,
            [1, 2, 2, 3],
            True,
            2,
            "clocks slowed by heat and a power brake; 2 other process(es) on the device",
        ),
        # Neither is anything amiss: the device idles, or draws as much as it may.
        (pynvml.nvmlClocksEventReasonGpuIdle, [1], False, 0, ""),
        (pynvml.nvmlClocksEventReasonSwPowerCap, [1], False, 0, ""),
        # The driver tells neither.
        (None, [], None, None, ""),
        (None, None, None, None, ""),
    ],
)
def test_what_disturbs_a_gpu_is_said(
    box: Box,
    gpu: nvml.Gpu,
    reasons: int | None,
    processes: list[int] | None,
    throttled: bool | None,
    others: int | None,
    said: str,
) -> None:
    gpu.reasons, gpu.processes = reasons, processes
    meter = box.meter(GPU)
    box.now += 1
    found = meter.read()
    assert (found["throttled"], found["other_processes"], meter.disturbance) == (throttled, others, said)


def test_heat_that_has_passed_before_the_window_ends_is_seen(box: Box, gpu: nvml.Gpu) -> None:
    gpu.heat_ns = 5_000_000
    meter = box.meter(GPU)
    box.now += 1
    gpu.heat_ns = 6_000_000
    assert meter.read()["throttled"] is True
    assert meter.disturbance == "clocks slowed by heat"
    # What was before the window began is not its own.
    meter.start()
    box.now += 1
    assert meter.read()["throttled"] is False


@pytest.mark.parametrize("uuid", ["MIG-dddd4444", "GPU-unknown"])
def test_a_slice_and_an_unknown_gpu_have_no_counters(box: Box, gpu: nvml.Gpu, uuid: str) -> None:
    """And the processor's are not taken in their place."""
    box.zone("intel-rapl:0", "package-0", 0)
    meter = box.meter(uuid)
    box.now += 1
    box.zone("intel-rapl:0", "package-0", 9_000_000)
    gpu.energy_mj = 9_000_000
    assert meter.read() == UNKNOWN
    assert meter.idle_w() is None
    assert power.limits(uuid) == {"power_limit_w": None, "clock_hz": None}


def test_the_limits_of_a_gpu_are_in_w_and_hz(gpu: nvml.Gpu) -> None:
    assert power.limits(GPU) == {"power_limit_w": 700.0, "clock_hz": 1.98e9}
    gpu.limit_mw = None
    assert power.limits(GPU) == {"power_limit_w": None, "clock_hz": 1.98e9}
