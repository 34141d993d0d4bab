"""Accelerators of other makers than NVIDIA, as the backend itself lists them.

The backend is asked in a process of its own, and only where a plug-in for such an accelerator is installed:
importing it takes seconds, and some accelerators serve one process at a time. `python -m
benchmarks.accelerators BACKEND` prints what it finds, as JSON.
"""

import functools
import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

#: Seconds after which a backend that does not answer is given up.
PATIENCE_S = 300.0


def inside(package: str) -> list[str]:
    """The names of the files and folders of a package, without importing it."""
    spec = importlib.util.find_spec(package)
    return [
        path.name
        for folder in (spec and spec.submodule_search_locations) or []
        for path in Path(folder).iterdir()
    ]


@functools.cache
def plugins(backend: str) -> list[str]:
    """The installed plug-ins that bring the backend to accelerators of other makers, in alphabetical order.

    JAX has them as packages in `jax_plugins`, as entry points of that name, or, for TPUs, as libtpu;
    TensorFlow in a folder beside it, or, for AMD's GPUs, in a distribution of its own.
    """
    if backend == "jax":
        names = {name for name in inside("jax_plugins") if not name.startswith("_")}
        names |= {point.name for point in importlib.metadata.entry_points(group="jax_plugins")}
        found = {name for name in names if "cuda" not in name}
        return sorted(found | ({"libtpu"} if importlib.util.find_spec("libtpu") else set()))
    spec = importlib.util.find_spec("tensorflow")
    beside = Path(spec.origin).parents[1] / "tensorflow-plugins" if spec and spec.origin else None
    found = {path.name for path in beside.iterdir()} if beside and beside.is_dir() else set()
    distributions = {each.name for each in importlib.metadata.distributions()}
    return sorted(found | (distributions & {"tensorflow-rocm"}))


@functools.cache
def listed(backend: str) -> list[dict[str, Any]]:
    """The accelerators that the backend lists: `name`, `memory_bytes` (None if unknown) and `driver`.

    An empty list without a plug-in. Raises ValueError, in a sentence, if the backend cannot say.
    """
    if not plugins(backend):
        return []
    words = [sys.executable, "-m", "benchmarks.accelerators", backend]
    try:
        said = subprocess.run(
            words,
            cwd=Path(__file__).parents[1],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        lines = (said.stderr or said.stdout).strip().splitlines()
        if said.returncode:
            why = lines[-1] if lines else f"it ended with {said.returncode}"
            raise ValueError(_refusal(backend, why))
        found: list[dict[str, Any]] = json.loads(said.stdout.splitlines()[-1])
        return found
    except subprocess.TimeoutExpired:
        raise ValueError(_refusal(backend, f"no answer within {PATIENCE_S:.0f} s")) from None


def _refusal(backend: str, why: str) -> str:
    return (
        f"{backend} has plug-ins for accelerators ({', '.join(plugins(backend))}), but cannot list them"
        f" ({why[:300]}): end what uses them, mend the plug-in, or remove it to train on the CPU"
    )


def by_jax(jax: Any) -> list[dict[str, Any]]:
    """What `listed` returns, from JAX's devices; a processor is none."""
    return [
        {
            "name": device.device_kind,
            "memory_bytes": (device.memory_stats() or {}).get("bytes_limit"),
            "driver": " ".join(str(device.client.platform_version).split())[:100],
        }
        for device in jax.local_devices()
        if device.platform != "cpu"
    ]


def by_tensorflow(tensorflow: Any) -> list[dict[str, Any]]:
    """What `listed` returns, from what TensorFlow calls GPUs; it does not say how much memory they have."""
    config = tensorflow.config
    details = map(config.experimental.get_device_details, config.list_physical_devices("GPU"))
    return [
        {"name": str(each.get("device_name", "GPU")), "memory_bytes": None, "driver": ""} for each in details
    ]


if __name__ == "__main__":
    ask = {"jax": by_jax, "tensorflow": by_tensorflow}[sys.argv[1]]
    print(json.dumps(ask(importlib.import_module(sys.argv[1]))))
