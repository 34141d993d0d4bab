"""The machine as the process that trains sees it: hardware and software facts, and measured ceilings.

`facts()` imports no framework. `python -m benchmarks.machine --backend X --out FILE` measures the ceilings: what the machine
reaches on a float32 matrix product and on copying memory, against which the throughput of runs can be read.
"""

import argparse
import ctypes.util
import functools
import importlib.metadata
import importlib.util
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import __version__, cores, disturbance, environment, processor, records
from benchmarks.catalogue import nearest
from benchmarks.spec import BACKENDS

GIB = 1 << 30
#: The distributions that bring a backend, in the order in which they are looked for.
DISTRIBUTIONS = {
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tf-nightly"),
    "jax": ("jax",),
}


@dataclass(frozen=True)
class Accelerator:
    """One GPU, or one MIG slice of a GPU; memory in bytes, rounded to GiB, None where the tool does not say."""

    name: str
    uuid: str
    memory_bytes: int | None
    driver: str


def facts(backend: str, accelerators: int | None = 1) -> dict[str, Any]:
    """One row of the table of machines.

    `accelerators` bounds how many of the visible GPUs are named. A run trains on the first one, so the default is 1: a node with
    eight of them, and a job that was given one of the eight, are the same machine. None names all.
    The host's name is no part of the row. Raises ValueError for an unknown backend.
    """
    if backend not in BACKENDS:
        raise ValueError(f"unknown backend {backend!r}: {nearest(backend, list(BACKENDS))}")
    import psutil

    gpus = visible_gpus(backend)[:accelerators]
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
        "suite": __version__,
        "environment": environment.environment(),
    }
    return {"machine_id": records.machine_id(row), "software_id": records.software_id(row), **row}


@functools.cache
def _processor() -> dict[str, str]:
    return processor.facts()


def round_to_gib(size: int) -> int:
    """Bytes to the nearest whole GiB, at least one: kernels and drivers keep slightly different shares for themselves."""
    return max(1, round(size / GIB)) * GIB


def version(distribution: str) -> str:
    """The installed version of a distribution, empty where it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def visible_gpus(backend: str) -> list[Accelerator]:
    """The NVIDIA GPUs (and MIG slices) that the backend may use in this process, as CUDA_VISIBLE_DEVICES allows; none without nvidia-smi.

    Indices are taken in the order of the bus, nvidia-smi's own. Accelerators of other makers are not read.
    """
    gpus = allowed_gpus()
    return gpus if gpus and has_cuda(backend) else []


def allowed_gpus() -> list[Accelerator]:
    """The NVIDIA GPUs (and MIG slices) that CUDA_VISIBLE_DEVICES allows, whether or not a backend can use them."""
    return visible(_installed_gpus(), os.environ.get("CUDA_VISIBLE_DEVICES"))


@functools.cache
def has_cuda(backend: str) -> bool:
    """Whether the installed backend can use NVIDIA GPUs, as far as the files installed tell: importing it would take seconds.

    JAX needs its CUDA plugin; TensorFlow, whose wheel is built for one version of CUDA, needs the cuDNN that its extra `and-cuda` names
    (what PyTorch or JAX bring beside it may be of another), or one of the system's or of conda's.
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
    """What CUDA_VISIBLE_DEVICES leaves: indices or (beginnings of) UUIDs, in its order; the first invalid one ends the list."""
    if setting is None:
        return installed
    chosen: list[Accelerator] = []
    for name in (part.strip() for part in setting.split(",")):
        if name.isdecimal() and int(name) < len(installed):
            found = [installed[int(name)]]
        else:
            found = [
                gpu for gpu in installed if name.startswith(("GPU-", "MIG-")) and gpu.uuid.startswith(name)
            ]
        if len(found) != 1 or found[0] in chosen:
            break
        chosen += found
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
    """The GPUs in what nvidia-smi prints: `query` has lines of name, UUID, MiB and driver; `listing` (-L) the MIG slices of each.

    A GPU that is cut into slices cannot be used as a whole, so that its slices stand for it.
    """
    slices: dict[str, list[tuple[str, str]]] = {}
    gpu = ""
    for line in listing.splitlines():
        if found := re.match(r"GPU \d+:.*\(UUID: (\S+)\)", line):
            gpu = found[1]
        elif found := re.match(r"\s+MIG (\S+)\s+Device\s+\d+:\s+\(UUID: (\S+)\)", line):
            slices.setdefault(gpu, []).append((found[1], found[2]))
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


# Ceilings

REPEATS = 7
#: One timed repeat takes at least this long, so that neither the clock nor the dispatch of an operation counts.
REPEAT_S = 0.05
#: After so long, three repeats have to do: a busy or slow machine is not held up.
PATIENCE_S = 0.5
COPY_FLOATS = 1 << 25


def ceilings(backend: str) -> dict[str, float]:
    """Measured ceilings: `matmul_flops` [FLOP/s] of a float32 matrix product, `bandwidth` [B/s] of copying memory, read and written.

    On the backend's default device, brought up as for a run: in float32, not TF32, and with the flags that give the same bits each time.
    Medians of repeats after a warm-up, the device's work awaited. The matrices are doubled until a product takes long enough to fill the device.
    """
    from benchmarks.engine import backend as bring_up

    bring_up.prepare(backend, "float32")
    bring_up.start(backend, "float32")
    bring_up.driver_class(backend)().start()
    import keras

    ops = keras.ops

    size = 512
    while True:
        # Rows that add up to about 1 keep product after product in range.
        left = keras.random.uniform((size, size), maxval=2 / size, dtype="float32", seed=0)
        seconds = _seconds(functools.partial(ops.matmul, left), left, ops.convert_to_numpy)
        if seconds >= REPEAT_S / 5 or size == 16384:
            break
        size *= 2
    negate = ops.negative
    if backend == "jax":
        # JAX would take new memory from the system for every result on a CPU, and spend most of the time on that.
        import jax

        negate = jax.jit(ops.negative, donate_argnums=0)
    source = keras.random.uniform((COPY_FLOATS // 1024, 1024), dtype="float32", seed=0)
    bandwidth = 2 * 4 * COPY_FLOATS / _seconds(negate, source, ops.convert_to_numpy)
    return {"matmul_flops": 2 * size**3 / seconds, "bandwidth": bandwidth}


def _seconds(operation: Callable[[Any], Any], value: Any, to_numpy: Callable[[Any], Any]) -> float:
    """Median seconds of one call, each on the result of the one before, among repeats of several calls after a warm-up."""

    def timed(calls: int) -> float:
        nonlocal value
        began = time.perf_counter()
        for _ in range(calls):
            value = operation(value)
        # A device works in order: one element on the host means that all is done.
        to_numpy(value[:1, :1])
        return (time.perf_counter() - began) / calls

    for _ in range(2):
        timed(1)
    calls = math.ceil(REPEAT_S / max(timed(1), 1e-6))
    repeats: list[float] = []
    deadline = time.perf_counter() + PATIENCE_S
    while len(repeats) < 3 or (len(repeats) < REPEATS and time.perf_counter() < deadline):
        repeats.append(timed(calls))
    return statistics.median(repeats)


def main(arguments: list[str] | None = None) -> int:
    """Measure the ceilings of this machine and write them, with its ids, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.machine", description=main.__doc__)
    parser.add_argument("--backend", choices=BACKENDS, default="tensorflow")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    options = parser.parse_args(arguments)
    row = facts(options.backend)
    if gpus := visible_gpus(options.backend):
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[
            0
        ].uuid  # the one that the row names, which CUDA may count otherwise
    meter = disturbance.Meter()
    try:
        measured = ceilings(options.backend)
    except ImportError as error:
        print(error, file=sys.stderr)
        return 1
    load = meter.read()
    ceiling = {
        **{name: row[name] for name in ("machine_id", "software_id")},
        "measured": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "threads": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else row["cores"],
        **measured,
        **{name: load[name] for name in ("other_cores", "stolen_cores")},
    }
    records.write_json_atomic({"ceiling_id": records.ceiling_id(ceiling), **ceiling}, options.out)
    print(
        f"{row['accelerators'] or row['processor']}: {measured['matmul_flops']:.3g} FLOP/s, {measured['bandwidth']:.3g} B/s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
