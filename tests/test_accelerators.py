"""Accelerators of other makers. Plug-ins and devices are pretended; the process that asks is real."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import accelerators, machine, power
from benchmarks.engine import jobs, lease
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import WrongDevice, check_device
from benchmarks.records.validation import table_defects

MI300X = {"name": "AMD Instinct MI300X", "memory_bytes": 205_822_885_888, "driver": "rocm 60300"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No GPU of NVIDIA, leases in a folder of their own, and nothing remembered."""
    monkeypatch.setattr(machine, "_installed_gpus", list)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(lease, "_held", [])
    caches = (accelerators.plugins, accelerators.listed, lease._folder)
    for cached in caches:
        cached.cache_clear()
    # What another test imported would be found before what is put on the path.
    for package in ("tensorflow", "jax_plugins"):
        monkeypatch.delitem(sys.modules, package, raising=False)
    yield
    for file in lease._held:
        file.close()
    for cached in caches:
        cached.cache_clear()


def pretend(monkeypatch: pytest.MonkeyPatch, *found: dict[str, Any]) -> None:
    """A plug-in, and a backend that lists these accelerators."""
    monkeypatch.setattr(accelerators, "plugins", lambda backend: ["xla_rocm7"])
    monkeypatch.setattr(accelerators, "listed", lambda backend: list(found))
    monkeypatch.setattr(lease, "plugins", accelerators.plugins)


def test_no_process_is_started_where_no_plug_in_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **named: pytest.fail("a process was started"))
    for backend in ("jax", "tensorflow"):
        assert accelerators.plugins(backend) == accelerators.listed(backend) == []
        assert machine.visible_gpus(backend) == []


def test_plug_ins_are_found_by_their_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("xla_cuda12", "metal_plugin", "__pycache__"):
        (tmp_path / "jax_plugins" / name).mkdir(parents=True)
    (tmp_path / "libtpu").mkdir()
    (tmp_path / "libtpu" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert accelerators.plugins("jax") == ["libtpu", "metal_plugin"]


def test_the_plug_ins_of_tensorflow_lie_beside_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").touch()
    (tmp_path / "tensorflow-plugins").mkdir()
    (tmp_path / "tensorflow-plugins" / "libmetal_plugin.dylib").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert accelerators.plugins("tensorflow") == ["libmetal_plugin.dylib"]


def test_a_machine_is_told_by_what_the_backend_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = machine.facts("jax")
    pretend(monkeypatch, MI300X, MI300X)
    row = machine.facts("jax")
    assert (row["accelerators"], row["driver"], row["cuda"]) == ("AMD Instinct MI300X", "rocm 60300", "")
    assert row["accelerator_memory_bytes"] == 192 << 30
    assert row["machine_id"] != plain["machine_id"]
    assert machine.facts("jax", 2)["accelerators"] == "AMD Instinct MI300X; AMD Instinct MI300X"
    assert table_defects("machines", [row], "machines") == []
    # What NVIDIA's library and its processor's counters would tell is of something else.
    (first, second) = machine.visible_gpus("jax")
    assert first.uuid != second.uuid
    assert power.Meter([first.uuid]).idle_w() is None
    assert power.limits(first.uuid) == {"power_limit_w": None, "clock_hz": None}


def test_an_nvidia_gpu_that_the_backend_can_use_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, MI300X)
    gpu = machine.Accelerator("NVIDIA H200", "GPU-aaaa", None, "570.1")
    monkeypatch.setattr(machine, "_installed_gpus", lambda: [gpu])
    monkeypatch.setattr(machine, "has_cuda", lambda backend: backend == "jax")
    assert machine.visible_gpus("jax") == [gpu]
    assert [each.name for each in machine.visible_gpus("tensorflow")] == ["AMD Instinct MI300X"]


def test_runs_take_turns_and_nothing_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, MI300X)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(lease, "cores", lambda *arguments: None)
    for name in ("prepare", "start", "try_flags", "driver_class"):
        monkeypatch.setattr(jobs.backend, name, lambda *arguments: [])
    jobs.bring_up(Options(backend="jax"), print)
    assert "CUDA_VISIBLE_DEVICES" not in os.environ
    said: list[str] = []
    monkeypatch.setattr(lease.time, "sleep", lambda seconds: pytest.skip("waits, as it should"))
    with pytest.raises(pytest.skip.Exception):
        lease.accelerators("jax", said.append)
    assert said[0].startswith("waiting for 1 accelerator(s)")


def test_a_backend_that_computes_on_what_it_lists_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    driver: Any = SimpleNamespace(
        device=lambda: "AMD Instinct MI300X", is_gpu=lambda: True, most_devices=lambda: 1
    )
    options = Options(backend="jax")
    with pytest.raises(WrongDevice):
        check_device(driver, options)
    pretend(monkeypatch, MI300X)
    check_device(driver, options)


def test_a_backend_that_cannot_say_is_an_error_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is real: it is given a backend that does not exist."""
    monkeypatch.setattr(accelerators, "plugins", lambda backend: ["libtpu"])
    with pytest.raises(ValueError, match=r"nosuch has plug-ins .*\(libtpu\).*KeyError: 'nosuch'.*remove it"):
        accelerators.listed("nosuch")


def test_the_process_that_asks_prints_what_the_backend_lists() -> None:
    """Here: a processor, which is no accelerator."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    words = [sys.executable, "-m", "benchmarks.accelerators", backend]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert json.loads(said.splitlines()[-1]) == []


def test_devices_are_read_as_each_backend_describes_them() -> None:
    client = SimpleNamespace(platform_version="PJRT C API\nTFRT TPU v5 lite\nBuilt on Sep 1")
    tpu = SimpleNamespace(
        platform="tpu",
        device_kind="TPU v5 lite",
        client=client,
        memory_stats=lambda: {"bytes_limit": 16 << 30, "peak_bytes_in_use": 0},
    )
    metal = SimpleNamespace(platform="METAL", device_kind="Metal", client=client, memory_stats=lambda: None)
    cpu = SimpleNamespace(platform="cpu")
    found = accelerators.by_jax(SimpleNamespace(local_devices=lambda: [tpu, metal, cpu]))
    assert [(each["name"], each["memory_bytes"]) for each in found] == [
        ("TPU v5 lite", 16 << 30),
        ("Metal", None),
    ]
    assert found[0]["driver"] == "PJRT C API TFRT TPU v5 lite Built on Sep 1"

    experimental = SimpleNamespace(
        get_device_details=lambda device: {"device_name": device} if device else {}
    )
    config = SimpleNamespace(list_physical_devices=lambda kind: ["METAL", ""], experimental=experimental)
    assert [each["name"] for each in accelerators.by_tensorflow(SimpleNamespace(config=config))] == [
        "METAL",
        "GPU",
    ]
