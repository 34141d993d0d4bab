"""The machine as the process that trains sees it: hardware and software facts.

`facts()` imports no framework. `benchmarks.commands.ceilings` measures what the machine can reach.
"""

import contextlib
import ctypes.util
import functools
import importlib.metadata
import importlib.util
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pynvml

from benchmarks import __version__, accelerators, cores, environment, processor, records
from benchmarks.catalogue import nearest
from benchmarks.spec import BACKENDS

GIB = 1 << 30
#: The distributions that provide each backend, in the order in which they are tried.
DISTRIBUTIONS = {
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tensorflow-rocm", "tf-nightly"),
    "jax": ("jax",),
}


@dataclass(frozen=True)
class Accelerator:
    """One GPU, one MIG slice of a GPU, or one accelerator of another kind.

    Memory is in bytes, rounded to GiB, None where it is unknown. Other makers' accelerators have the name of
    the backend and a number in place of a UUID.
    """

    name: str
    uuid: str
    memory_bytes: int | None
    driver: str


def facts(backend: str, count: int | None = 1) -> dict[str, Any]:
    """One row of the table of machines.

    `count` of the visible GPUs are named: the first and others of its kind, or all for None. A run
    trains on the first unless it is asked for more devices, so the default is 1: a node with eight GPUs and a
    job that was given one of them are the same machine.
    The host's name is not in the row. Raises ValueError for an unknown backend.
    """
    if backend not in BACKENDS:
        raise ValueError(f"unknown backend {backend!r}: {nearest(backend, list(BACKENDS))}")
    import psutil

    gpus = visible_gpus(backend) if count is None else gpus_of_a_kind(backend)[:count]
    row: dict[str, Any] = {
        **_processor(),
        "cores": os.cpu_count() or 1,
        "available_cores": cores.available_at_start(),
        "memory_bytes": round_to_gib(psutil.virtual_memory().total),
        "accelerators": "; ".join(gpu.name for gpu in gpus),
        "accelerator_memory_bytes": gpus[0].memory_bytes if gpus else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "backend": backend,
        "backend_version": next(filter(None, map(version, DISTRIBUTIONS[backend])), ""),
        "keras": version("keras"),
        "numpy": version("numpy"),
        "driver": gpus[0].driver if gpus else "",
        "cuda": cuda_versions(backend) if gpus else "",
        "suite": __version__,
        "environment": environment.environment(),
    }
    return {"machine_id": records.machine_id(row), "software_id": records.software_id(row), **row}


@functools.cache
def _processor() -> dict[str, str]:
    return processor.facts()


def round_to_gib(size: int) -> int:
    """Bytes to the nearest whole GiB, at least one: kernels and drivers reserve slightly different shares."""
    return max(1, round(size / GIB)) * GIB


def version(distribution: str) -> str:
    """The installed version of a distribution; empty if it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def visible_gpus(backend: str) -> list[Accelerator]:
    """The NVIDIA GPUs (and MIG slices) that CUDA_VISIBLE_DEVICES allows and the backend can use.

    Indices follow NVML and nvidia-smi, which sort by bus. Where there are none, the accelerators of other
    makers that the backend lists. Raises ValueError if it has a plug-in for such, and cannot say.
    """
    gpus = allowed_gpus()
    if gpus and has_cuda(backend):
        return gpus
    return [
        Accelerator(
            each["name"],
            f"{backend}-{index}",
            each["memory_bytes"] and round_to_gib(each["memory_bytes"]),
            each["driver"],
        )
        for index, each in enumerate(accelerators.listed(backend))
    ]


def is_nvidia(uuid: str) -> bool:
    """Whether an accelerator of this name is a GPU of NVIDIA or a slice of one."""
    return uuid.startswith(("GPU-", "MIG-"))


def gpus_of_a_kind(backend: str) -> list[Accelerator]:
    """The first of the visible GPUs, and the others of its kind, which runs share out among themselves.

    A machine's identity must not depend on which GPU is free.
    """
    gpus = visible_gpus(backend)
    return [gpu for gpu in gpus if gpu.name == gpus[0].name]


def allowed_gpus() -> list[Accelerator]:
    """The NVIDIA GPUs (and MIG slices) that CUDA_VISIBLE_DEVICES allows, usable by a backend or not."""
    return visible(_installed_gpus(), os.environ.get("CUDA_VISIBLE_DEVICES"))


@functools.cache
def has_cuda(backend: str) -> bool:
    """Whether the installed backend can use NVIDIA GPUs, judged by its files: importing it takes seconds.

    JAX needs its CUDA plugin. TensorFlow's wheel is for one version of CUDA: it needs the cuDNN that its
    extra `and-cuda` names (PyTorch or JAX may bring another), or that of the system or of conda.
    """
    if backend == "jax":
        return any("cuda" in name for name in accelerators.inside("jax_plugins"))
    own = [name for name in _cuda_wheels(backend) if name.startswith("nvidia-cudnn")]
    return (
        any(map(version, own))
        or ctypes.util.find_library("cudnn") is not None
        or any(Path(sys.prefix, "lib").glob("libcudnn.so*"))
    )


def _cuda_wheels(backend: str) -> list[str]:
    """The distributions that hold CUDA's runtime and cuDNN for the installed backend, installed or not.

    TensorFlow names them in its extra `and-cuda`, JAX's plugin, which is for one version of CUDA, in its own.
    """
    names = DISTRIBUTIONS[backend]
    if backend == "jax":
        plugins = (re.fullmatch(r"xla_cuda(\d+)", name) for name in accelerators.inside("jax_plugins"))
        names = tuple(f"jax-cuda{plugin[1]}-plugin" for plugin in plugins if plugin)
    distribution = next(filter(version, names), "")
    wanted = importlib.metadata.requires(distribution) or [] if distribution else []
    return re.findall(r"^nvidia-(?:cuda-runtime|cudnn)[\w-]*", "\n".join(wanted), re.MULTILINE)


def cuda_versions(backend: str) -> str:
    """The installed wheels of CUDA and cuDNN that the backend uses, such as "CUDA 12.9.79, cuDNN 9.28.0.42".

    Empty where it uses those of the system, whose versions are not read.
    """
    kinds = {"nvidia-cuda-runtime": "CUDA", "nvidia-cudnn": "cuDNN"}
    wheels = _cuda_wheels(backend)
    found = (
        (kind, next(filter(None, (version(name) for name in wheels if name.startswith(start))), ""))
        for start, kind in kinds.items()
    )
    return ", ".join(f"{kind} {number}" for kind, number in found if number)


def visible(installed: list[Accelerator], setting: str | None) -> list[Accelerator]:
    """What CUDA_VISIBLE_DEVICES allows, in its order: indices or (starts of) UUIDs, up to an invalid one."""
    if setting is None:
        return installed
    chosen: list[Accelerator] = []
    for name in (part.strip() for part in setting.split(",")):
        if name.isdecimal() and int(name) < len(installed):
            matching = [installed[int(name)]]
        else:
            matching = [gpu for gpu in installed if is_nvidia(name) and gpu.uuid.startswith(name)]
        if len(matching) != 1 or matching[0] in chosen:
            break
        chosen += matching
    return chosen


@functools.cache
def _installed_gpus() -> list[Accelerator]:
    try:
        return by_nvml()
    except pynvml.NVMLError:
        return by_nvidia_smi()


def by_nvml() -> list[Accelerator]:
    """The GPUs that this process may use, by NVIDIA's management library.

    A GPU that is cut into slices cannot be used as a whole, so its slices stand for it. Raises NVMLError
    without the library or the driver. Source: https://docs.nvidia.com/deploy/nvml-api/
    """
    pynvml.nvmlInit()
    try:
        driver = pynvml.nvmlSystemGetDriverVersion()
        gpus = []
        for index in range(pynvml.nvmlDeviceGetCount()):
            try:
                gpu = pynvml.nvmlDeviceGetHandleByIndex(index)
            except pynvml.NVMLError_NoPermission:
                continue  # it is counted, but belongs to another job
            name = pynvml.nvmlDeviceGetName(gpu)
            # A slice is named as its GPU with "MIG 1g.5gb" behind it.
            slices = [
                Accelerator(
                    f"{name} MIG {pynvml.nvmlDeviceGetName(each).rpartition('MIG ')[2]}",
                    pynvml.nvmlDeviceGetUUID(each),
                    None,
                    driver,
                )
                for each in _slices(gpu)
            ]
            gpus += slices or [Accelerator(name, pynvml.nvmlDeviceGetUUID(gpu), _gpu_memory(gpu), driver)]
        return gpus
    finally:
        pynvml.nvmlShutdown()


def _slices(gpu: Any) -> Iterator[Any]:
    """NVML's handles of a GPU's MIG slices."""
    try:
        most = pynvml.nvmlDeviceGetMaxMigDeviceCount(gpu)
    except pynvml.NVMLError_NotSupported:
        return
    for place in range(most):
        with contextlib.suppress(pynvml.NVMLError_NotFound):
            yield pynvml.nvmlDeviceGetMigDeviceHandleByIndex(gpu, place)


def _gpu_memory(gpu: Any) -> int | None:
    """A GPU's memory with what its driver reserves, as nvidia-smi counts it; None without one of its own."""
    try:
        try:
            total = pynvml.nvmlDeviceGetMemoryInfo(gpu, pynvml.nvmlMemory_v2).total
        except pynvml.NVMLError_FunctionNotFound:  # drivers before 510
            total = pynvml.nvmlDeviceGetMemoryInfo(gpu).total
    except pynvml.NVMLError_NotSupported:
        return None
    return round_to_gib(total)


def by_nvidia_smi() -> list[Accelerator]:
    """The GPUs that this process may use, by nvidia-smi; an empty list without it."""
    query = _nvidia_smi("--query-gpu=name,uuid,memory.total,driver_version", "--format=csv,noheader,nounits")
    return installed(query, _nvidia_smi("-L")) if query else []


def _nvidia_smi(*arguments: str) -> str:
    try:
        return subprocess.run(
            ["nvidia-smi", *arguments], capture_output=True, text=True, timeout=60, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def installed(query: str, listing: str) -> list[Accelerator]:
    """The GPUs in what nvidia-smi prints, as `by_nvml` gives them.

    `query` has lines of name, UUID, MiB and driver; `listing` (-L) has the MIG slices of each.
    """
    slices: dict[str, list[tuple[str, str]]] = {}
    gpu = ""
    for line in listing.splitlines():
        if match := re.match(r"GPU \d+:.*\(UUID: (\S+)\)", line):
            gpu = match[1]
        elif match := re.match(r"\s+MIG (\S+)\s+Device\s+\d+:\s+\(UUID: (\S+)\)", line):
            slices.setdefault(gpu, []).append((match[1], match[2]))
    gpus = []
    for line in query.splitlines():
        parts = [part.strip() for part in line.split(",")]
        if len(parts) != 4:
            continue
        name, uuid, mib, driver = parts
        if uuid in slices:
            gpus += [
                Accelerator(f"{name} MIG {profile}", slice_uuid, None, driver)
                for profile, slice_uuid in slices[uuid]
            ]
        else:
            gpus.append(
                Accelerator(name, uuid, round_to_gib(int(mib) << 20) if mib.isdecimal() else None, driver)
            )
    return gpus
