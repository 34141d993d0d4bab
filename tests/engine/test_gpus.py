"""A job on a machine whose driver lists GPUs. They are simulated; no backend computes on a GPU here."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, cores, machine
from benchmarks.engine import backend, jobs, lease, run
from benchmarks.engine.clock import Clock
from benchmarks.engine.compiled import part_lengths
from benchmarks.engine.runs import Options, Run
from benchmarks.engine.workbench import Workbench, WrongDevice

FAST, SLOW, SAME = (
    machine.Accelerator(name, f"GPU-{uuid}", None, "570.1")
    for name, uuid in (("Fast", "aaaa"), ("Slow", "bbbb"), ("Fast", "cccc"))
)


@pytest.fixture(autouse=True)
def gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Three GPUs of two kinds, a backend that can use them, and leases in a folder of their own."""
    monkeypatch.setattr(machine, "_installed_gpus", lambda: [FAST, SLOW, SAME])
    monkeypatch.setattr(machine, "has_cuda", lambda backend: True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    lease._folder.cache_clear()
    monkeypatch.setattr(lease, "_held", [])
    monkeypatch.setattr(lease, "cores", lambda *arguments: None)
    # Set before it is deleted, so that what a lease sets is undone.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    yield
    for file in lease._held:
        file.close()
    lease._folder.cache_clear()


@pytest.fixture
def no_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of bringing up the backend only what comes before its import."""
    for name in ("prepare", "start", "try_flags", "driver_class"):
        monkeypatch.setattr(jobs.backend, name, lambda *arguments: [])


OPTIONS = Options(backend="jax", threads=len(cores.usable()))


def leased() -> str:
    jobs.bring_up(OPTIONS, print)
    return os.environ["CUDA_VISIBLE_DEVICES"]


@pytest.mark.usefixtures("no_import")
def test_jobs_side_by_side_have_gpus_of_one_kind_and_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    first = machine.facts("jax")["machine_id"]
    taken = []
    for _ in range(2):
        taken.append(leased())
        assert machine.facts("jax")["machine_id"] == first, "the lease makes no other machine of it"
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    assert taken == ["GPU-aaaa", "GPU-cccc"]


@pytest.mark.usefixtures("no_import")
def test_a_run_on_several_gpus_has_as_many_of_one_kind() -> None:
    both = replace(OPTIONS, devices=2)
    before = machine.facts("jax", 2)
    assert before["accelerators"] == "Fast; Fast"
    jobs.bring_up(both, print)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-aaaa,GPU-cccc"
    assert machine.facts("jax", 2) == before, "the lease makes no other machine of it"


def test_more_gpus_than_there_are_of_a_kind_are_refused() -> None:
    with pytest.raises(
        ValueError,
        match=r"--devices 3 exceeds the 2 GPU\(s\) of one kind that this process may use; give at most 2",
    ):
        jobs.bring_up(replace(OPTIONS, devices=3), print)
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


@pytest.mark.usefixtures("no_import")
def test_gpus_that_a_user_or_a_scheduler_chose_are_shared_out_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")
    assert leased() == "GPU-bbbb"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2")
    assert leased() == "GPU-cccc"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert leased() == ""


@pytest.mark.usefixtures("no_import")
def test_a_gpu_that_the_backend_cannot_use_is_neither_leased_nor_silently_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "has_cuda", lambda backend: False)
    jobs.bring_up(OPTIONS, print)
    assert "CUDA_VISIBLE_DEVICES" not in os.environ
    assert "the Fast is not used: the installed jax has no CUDA" in capsys.readouterr().out
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    with pytest.raises(
        ValueError, match="CUDA_VISIBLE_DEVICES chooses the Slow, but the installed jax has no CUDA"
    ):
        jobs.bring_up(OPTIONS, print)


def test_a_backend_that_finds_no_gpu_where_there_is_one_does_not_train_on_the_processor(driver: Any) -> None:
    if driver.is_gpu():
        pytest.skip("the backend has a GPU here")
    entry = catalogue.load("perceptron_1958")
    with pytest.raises(RuntimeError, match=f"{driver.name} does not find the Fast that this machine has"):
        Workbench(
            entry, catalogue.recipes(entry, "pocket")[0], Options(backend=driver.name, threads=1), Clock(), 0
        )


class OnAGpu:
    """A driver that says that it runs on a GPU, and is never asked for more."""

    def __init__(self, deterministic: bool, devices: int) -> None:
        assert deterministic and devices == 1

    def device(self) -> str:
        return "Fast"

    def is_gpu(self) -> bool:
        return True

    def has_tf32(self) -> bool:
        return False


def test_a_gpu_that_the_driver_does_not_list_ends_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its runs would be filed as those of the processor."""
    monkeypatch.setattr(machine, "_installed_gpus", lambda: [])
    monkeypatch.setattr(backend, "driver_class", lambda name: OnAGpu)
    entry = catalogue.load("perceptron_1958")
    one = Run(entry, catalogue.recipes(entry, "pocket")[0], 0)
    with pytest.raises(WrongDevice, match="jax computes on the Fast, but NVIDIA's driver"):
        next(run.run_recipe([one], Options(backend="jax"), 0.0, print))


def test_tf32_is_refused_where_it_would_be_float32_under_another_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tf32 = replace(OPTIONS, precision="tf32")
    monkeypatch.setattr(backend, "driver_class", lambda name: OnAGpu)
    entry = catalogue.load("perceptron_1958")
    with pytest.raises(
        WrongDevice, match="precision 'tf32': the Fast does not round to TF32; choose float32"
    ):
        Workbench(entry, catalogue.recipes(entry, "pocket")[0], tf32, Clock(), 0)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(ValueError, match="precision 'tf32' needs a GPU: on a processor it would be float32"):
        jobs.bring_up(tf32, print)


@pytest.mark.parametrize(
    ("epochs", "leg", "steps_per_epoch", "rows", "lengths"),
    [
        (6, 2, 10, 20, {20}),
        (7, 2, 10, 20, {20, 10}),
        (2, 2, 25, 20, {20, 10}),
        (3, 5, 10, 50, {30}),
        (5, 3, 15, 20, {20, 5, 10}),
    ],
)
def test_the_lengths_of_programs_are_those_of_the_parts(
    epochs: int, leg: int, steps_per_epoch: int, rows: int, lengths: set[int]
) -> None:
    assert part_lengths(epochs, leg, steps_per_epoch, rows) == lengths
