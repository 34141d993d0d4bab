"""NVIDIA's management library, pretended: answers as its documentation describes them, without a GPU.

https://docs.nvidia.com/deploy/nvml-api/
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pynvml
import pytest


@dataclass
class Gpu:
    """A GPU, or a MIG slice; what is None is not supported. `slices` has names and UUIDs by their places."""

    name: str
    uuid: str
    total: int | None = None
    slices: dict[int, tuple[str, str]] = field(default_factory=dict)
    permitted: bool = True
    energy_mj: int | None = None
    reasons: int | None = None
    heat_ns: int | None = None
    processes: list[int] | None = None
    limit_mw: int | None = None
    clock_mhz: int | None = None


def told(value: Any) -> Any:
    """The value, or NVML's answer where a device does not have it."""
    if value is None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
    return value


class Library:
    """The functions of pynvml that the suite calls; each but the first wants an open library."""

    def __init__(self, gpus: list[Gpu] | None) -> None:
        self.gpus, self.opened, self.has_v2 = gpus, 0, True

    def nvmlInit(self) -> None:
        if self.gpus is None:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)
        self.opened += 1

    def nvmlShutdown(self) -> None:
        self.opened -= 1

    def _all(self) -> list[Gpu]:
        if not self.opened:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_UNINITIALIZED)
        return self.gpus or []

    def nvmlSystemGetDriverVersion(self) -> str:
        return "570.86.15"

    def nvmlDeviceGetCount(self) -> int:
        return len(self._all())

    def nvmlDeviceGetHandleByIndex(self, index: int) -> Gpu:
        gpu = self._all()[index]
        if not gpu.permitted:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NO_PERMISSION)
        return gpu

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> Gpu:
        for gpu in self._all():
            if gpu.uuid == uuid:
                return gpu
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)

    def nvmlDeviceGetName(self, gpu: Gpu) -> str:
        return gpu.name

    def nvmlDeviceGetUUID(self, gpu: Gpu) -> str:
        return gpu.uuid

    def nvmlDeviceGetMemoryInfo(self, gpu: Gpu, version: int | None = None) -> Any:
        if version is not None and not self.has_v2:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_FUNCTION_NOT_FOUND)
        return SimpleNamespace(total=told(gpu.total))

    def nvmlDeviceGetMaxMigDeviceCount(self, gpu: Gpu) -> int:
        return 7 if gpu.slices else told(None if gpu.total is None else 0)

    def nvmlDeviceGetMigDeviceHandleByIndex(self, gpu: Gpu, index: int) -> Gpu:
        if index not in gpu.slices:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
        return Gpu(*gpu.slices[index])

    def nvmlDeviceGetTotalEnergyConsumption(self, gpu: Gpu) -> int:
        return told(gpu.energy_mj)

    def nvmlDeviceGetCurrentClocksEventReasons(self, gpu: Gpu) -> int:
        return told(gpu.reasons)

    def nvmlDeviceGetViolationStatus(self, gpu: Gpu, policy: int) -> Any:
        assert policy == pynvml.NVML_PERF_POLICY_THERMAL
        return SimpleNamespace(referenceTime=0, violationTime=told(gpu.heat_ns))

    def nvmlDeviceGetComputeRunningProcesses(self, gpu: Gpu) -> list[Any]:
        return [SimpleNamespace(pid=pid) for pid in told(gpu.processes)]

    def nvmlDeviceGetEnforcedPowerLimit(self, gpu: Gpu) -> int:
        return told(gpu.limit_mw)

    def nvmlDeviceGetMaxClockInfo(self, gpu: Gpu, kind: int) -> int:
        assert kind == pynvml.NVML_CLOCK_SM
        return told(gpu.clock_mhz)


def pretend(monkeypatch: pytest.MonkeyPatch, gpus: list[Gpu] | None) -> Library:
    """Put the pretended library in place of the real one; None: the system has none."""
    library = Library(gpus)
    for name in dir(library):
        if name.startswith("nvml"):
            monkeypatch.setattr(pynvml, name, getattr(library, name))
    return library
