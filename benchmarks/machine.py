"""The machine as the process that trains sees it: hardware and software facts.

`facts()` imports no framework. `benchmarks.commands.ceilings` measures what the machine can reach.
"""

import ctypes.util
import functools
import importlib.metadata
import importlib.util
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import __version__, cores, environment, processor, records
from benchmarks.catalogue import nearest
from benchmarks.spec import BACKENDS

GIB = 1 << 30
#: The distributions that provide each backend, in the order in which they are tried.
DISTRIBUTIONS = {
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tf-nightly"),
    "jax": ("jax",),
}


@dataclass(frozen=True)
class Accelerator:
    """One GPU, or one MIG slice of a GPU; memory in bytes, rounded to GiB, None where it is unknown."""

    name: str
    uuid: str
    memory_bytes: int | None
    driver: str


def facts(backend: str, accelerators: int | None = 1) -> dict[str, Any]:
    """One row of the table of machines.

    `accelerators` of the visible GPUs are named: the first and others of its kind, or all for None. A run
    trains on the first unless it is asked for more devices, so the default is 1: a node with eight GPUs and a
    job that was given one of them are the same machine.
    The host's name is not in the row. Raises ValueError for an unknown backend.
    """
    if backend not in BACKENDS:
        raise ValueError(f"unknown backend {backend!r}: {nearest(backend, list(BACKENDS))}")
    import psutil

    gpus = visible_gpus(backend) if accelerators is None else gpus_of_a_kind(backend)[:accelerators]
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
        "cuda": "",
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

    An empty list without nvidia-smi. Indices follow nvidia-smi, which sorts by bus. Other makers'
    accelerators are not detected.
    """
    gpus = allowed_gpus()
    return gpus if gpus and has_cuda(backend) else []


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
        return any("cuda" in name for name in _inside("jax_plugins"))
    distribution = next(filter(version, DISTRIBUTIONS["tensorflow"]), "")
    wanted = importlib.metadata.requires(distribution) or [] if distribution else []
    own = re.findall(r"^nvidia-cudnn[\w-]*", "\n".join(wanted), re.MULTILINE)
    return (
        any(map(version, own))
        or ctypes.util.find_library("cudnn") is not None
        or any(Path(sys.prefix, "lib").glob("libcudnn.so*"))
    )


def _inside(package: str) -> list[str]:
    """The names of the files and folders of a package, without importing it."""
    spec = importlib.util.find_spec(package)
    return [
        path.name
        for folder in (spec and spec.submodule_search_locations) or []
        for path in Path(folder).iterdir()
    ]


def visible(installed: list[Accelerator], setting: str | None) -> list[Accelerator]:
    """What CUDA_VISIBLE_DEVICES allows, in its order: indices or (starts of) UUIDs, up to an invalid one."""
    if setting is None:
        return installed
    chosen: list[Accelerator] = []
    for name in (part.strip() for part in setting.split(",")):
        if name.isdecimal() and int(name) < len(installed):
            matching = [installed[int(name)]]
        else:
            matching = [
                gpu for gpu in installed if name.startswith(("GPU-", "MIG-")) and gpu.uuid.startswith(name)
            ]
        if len(matching) != 1 or matching[0] in chosen:
            break
        chosen += matching
    return chosen


@functools.cache
def _installed_gpus() -> list[Accelerator]:
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
    """The GPUs in what nvidia-smi prints.

    `query` has lines of name, UUID, MiB and driver; `listing` (-L) has the MIG slices of each. A GPU that is
    cut into slices cannot be used as a whole, so its slices stand for it.
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
