"""The engine on systems without some of Linux' facilities, which is simulated: macOS is not tested here."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from benchmarks import catalogue, cores, environment, records
from benchmarks.engine import backend, jobs, lease, memory, orphans
from benchmarks.engine.runs import Options, Run, record_path
from tests.engine.conftest import NAME, ROOT


@pytest.fixture
def without_pinning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on macOS: no affinity; leases in a folder of their own."""
    for name in ("sched_getaffinity", "sched_setaffinity"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    lease._folder.cache_clear()
    cores.available_at_start.cache_clear()
    monkeypatch.setattr(lease, "_held", [])
    yield
    for file in lease._held:
        file.close()
    lease._folder.cache_clear()
    cores.available_at_start.cache_clear()  # later tests are on this machine again


@pytest.mark.usefixtures("without_pinning")
def test_cores_are_leased_where_nothing_can_be_pinned() -> None:
    lines: list[str] = []
    lease.cores(1, lines.append)
    assert len(lease._held) == 1
    assert lines == ["this system cannot pin a run to cores: libraries will use 1 thread(s)"]
    most = os.cpu_count() or 1
    with pytest.raises(ValueError, match=f"--threads {most + 1} exceeds the {most} cores"):
        lease.check(most + 1)


@pytest.mark.usefixtures("without_pinning")
def test_the_share_of_the_cores_is_unknown_where_the_system_does_not_tell() -> None:
    assert cores.available_cores() is None
    assert cores.usable() == list(range(os.cpu_count() or 1))
    assert not cores.can_pin()


def test_where_nothing_can_be_pinned_libraries_start_the_threads_of_the_run() -> None:
    """Tested on Linux: this process may use all cores, and NumPy's library starts two threads."""
    if (os.cpu_count() or 1) < 2:
        pytest.skip("one core: there is nothing to limit")
    code = (
        "from benchmarks import environment; environment.limit_threads(1)\n"
        "import numpy, threadpoolctl; print(max(p['num_threads'] for p in threadpoolctl.threadpool_info()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
    assert set(environment.THREAD_COUNTS) <= environment.THREADS, "else it would be another software"


def test_memory_is_unknown_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "PROC", tmp_path / "proc")
    memory.reset_peak_memory()
    assert memory.peak_memory() is None
    memory.goes_first()


def test_a_job_knows_its_parent_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only the process that started it: what lies above is unknown."""
    monkeypatch.setattr(orphans, "PROC", tmp_path / "proc")
    line = orphans.line_of_descent()
    assert line == [os.getpid(), os.getppid()]
    assert orphans.unbroken(line)
    assert not orphans.unbroken([os.getpid(), os.getppid() + 1])


def test_children_are_new_processes_where_forking_breaks_libraries(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They run the same runs; one that fails does not end the others."""
    monkeypatch.setattr(backend, "forks", lambda: False)
    monkeypatch.setattr(jobs, "bring_up", lambda *arguments: 0.0)
    monkeypatch.setattr(os, "fork", forbidden)
    entry = catalogue.load("mcculloch_pitts_1943")
    recipe = catalogue.recipe(entry, "pocket", "logic_gates")
    options = jobs.with_absolute_paths(
        Options(backend=NAME, out=tmp_path, checkpoint_dir=tmp_path / "checkpoints")
    )
    runs = [Run(entry, recipe, seed) for seed in (0, 1)]
    summary = jobs.execute(runs, options, print)
    assert [(item["seed"], item["status"]) for item in summary["runs"]] == [(0, "ok"), (1, "ok")]
    rows = [records.read_record(record_path(run, options))["run"] for run in runs]
    assert rows[0]["import_s"] > 0 and rows[1]["import_s"] == 0, "imported by the child, once"


def test_a_new_process_that_is_killed_costs_its_run_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(backend, "forks", lambda: False)
    monkeypatch.setattr(jobs, "bring_up", lambda *arguments: 0.0)
    killed = "import os, signal, sys; os.write(int(sys.argv[1]), b'.'); os.kill(os.getpid(), signal.SIGKILL)"

    def start(path: str, words: list[str], variables: Mapping[str, str]) -> int:
        return spawn(path, [sys.executable, "-c", killed, *words[3:]], variables)

    spawn = os.posix_spawn
    monkeypatch.setattr(os, "posix_spawn", start)
    entry = catalogue.load("mcculloch_pitts_1943")
    recipe = catalogue.recipe(entry, "pocket", "logic_gates")
    options = jobs.with_absolute_paths(
        Options(backend="jax", out=tmp_path, checkpoint_dir=tmp_path / "checkpoints")
    )
    summary = jobs.execute([Run(entry, recipe, seed) for seed in (0, 1)], options, print)
    assert [item["status"] for item in summary["runs"]] == ["oom", "oom"]


def forbidden() -> int:
    raise AssertionError("forked")


def test_flags_are_tried_in_a_new_process_too(monkeypatch: pytest.MonkeyPatch) -> None:
    if not importlib.util.find_spec("jax"):
        pytest.skip("jax is not installed")
    monkeypatch.setattr(backend, "forks", lambda: False)
    monkeypatch.setattr(os, "fork", forbidden)
    monkeypatch.setenv("XLA_FLAGS", "--xla_of_tomorrow=1")
    with pytest.raises(ValueError, match=r"does not accept XLA_FLAGS='--xla_of_tomorrow=1' \(.*Unknown flag"):
        backend.try_flags("jax")


@pytest.mark.parametrize("command", ["benchmarks.engine", "benchmarks.engine.lease"])
def test_windows_is_told_of_wsl(command: str) -> None:
    code = (
        "import os, re, hashlib, runpy, sys; sys.platform = 'win32'\n"
        "for name in ('fcntl', 'resource'): sys.modules[name] = None\n"
        f"runpy.run_module({command!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "error: the suite trains on Linux and macOS; on Windows, install WSL (`wsl --install`)"
        " and run it there"
    ]
