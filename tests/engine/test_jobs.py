"""How a job handles runs that end its children, faulty records, and faults that are not the runs' own.

The training itself is made up: no backend is imported.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records
from benchmarks.engine import checkpoints, jobs, memory, outcome, run
from benchmarks.engine.runs import Options, Run, execution_key, record_path

ENTRY = catalogue.load("mcculloch_pitts_1943")
GATES = catalogue.recipe(ENTRY, "pocket", "logic_gates")
RUNS = [Run(ENTRY, GATES, seed) for seed in range(3)]

Act = Callable[[Run], object]


class Job:
    """A job in a new folder; its children call `in_training` and `once_written`, which harm them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.options = jobs.with_absolute_paths(
            Options(backend="jax", out=folder, checkpoint_dir=folder / "checkpoints")
        )
        self.lines: list[str] = []
        self.in_training: Act = lambda run: None
        self.once_written: Act = lambda run: None
        self.status = "diverged"
        job, write = os.getpid(), records.write_record

        def run_recipe(
            runs: list[Run], options: Options, import_s: float, progress: Callable[[str], None]
        ) -> Iterator[dict[str, Any]]:
            for one in runs:
                self.in_training(one)
                yield self.record(one)

        def write_record(record: dict[str, Any], path: Path) -> None:
            write(record, path)
            if os.getpid() != job:
                self.once_written(next(one for one in RUNS if one.seed == record["run"]["seed"]))

        monkeypatch.setattr(
            memory, "peak_memory", lambda: None
        )  # differs by a page from one time to the next
        monkeypatch.setattr(jobs, "bring_up", lambda *arguments: 0.0)
        monkeypatch.setattr(jobs, "run_recipe", run_recipe)
        monkeypatch.setattr(jobs.records, "write_record", write_record)

    def record(self, one: Run) -> dict[str, Any]:
        left = outcome.crashed(one, self.options, self.status, "so it is", "2026-01-01T00:00:00Z")
        return outcome.record(one, self.options, left)

    def path(self, one: Run) -> Path:
        return record_path(one, self.options)

    def execute(self, runs: list[Run] = RUNS) -> list[tuple[str, str]]:
        """Status and reason of each run."""
        return [
            (item["status"], item["reason"])
            for item in jobs.execute(runs, self.options, self.lines.append)["runs"]
        ]


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    return Job(tmp_path, monkeypatch)


def on(seed: int, act: Callable[[], object]) -> Act:
    return lambda one: act() if one.seed == seed else None


def die(number: int = signal.SIGKILL) -> None:
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)  # pytest would print where it happened
    os.kill(os.getpid(), number)


WELL = ("diverged", "so it is")
KILLED = ("oom", "the process was ended by SIGKILL, as the system does when memory runs out")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_child_that_dies_once_its_record_is_written_loses_nothing(seed: int, job: Job) -> None:
    """Also after the last record, when nothing is left to be done."""
    job.once_written = on(seed, die)
    assert job.execute() == [WELL] * 3
    assert not [line for line in job.lines if "oom" in line]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_child_that_is_killed_in_training_costs_its_run_alone(seed: int, job: Job) -> None:
    job.in_training = on(seed, die)
    assert job.execute() == [KILLED if one.seed == seed else WELL for one in RUNS]


def test_a_record_of_an_earlier_call_is_not_taken_for_one_of_this(job: Job) -> None:
    job.status = "error"
    assert job.execute() == [("error", "so it is")] * 3
    job.in_training = on(1, die)
    assert job.execute() == [("error", "so it is"), KILLED, ("error", "so it is")]


def test_no_memory_outside_of_training_is_out_of_memory(job: Job) -> None:
    def ask() -> None:
        raise MemoryError

    job.in_training = on(0, ask)
    assert job.execute() == [("oom", "memory ran out"), WELL, WELL]


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_native_code_that_aborts_under_a_memory_limit_is_out_of_memory(
    number: int, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    job.in_training = on(0, lambda: die(number))
    monkeypatch.setattr(jobs.resource, "getrlimit", lambda kind: (1 << 40, 1 << 40))
    assert job.execute()[0] == (
        "oom",
        f"the process was ended by {signal.Signals(number).name}, as happens under a limit (ulimit -v)"
        " when memory runs out",
    )
    monkeypatch.undo()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has such a score")
def test_the_child_goes_before_its_parent_where_memory_runs_out(job: Job, tmp_path: Path) -> None:
    before = Path("/proc/self/oom_score_adj").read_text()
    job.in_training = lambda one: shutil.copyfile("/proc/self/oom_score_adj", tmp_path / "score")
    job.execute()
    assert (tmp_path / "score").read_text() == "1000\n"
    assert Path("/proc/self/oom_score_adj").read_text() == before


def test_each_recipe_has_a_process_of_its_own(job: Job, tmp_path: Path) -> None:
    """So that the memory of one is not counted for the next."""
    entry = catalogue.load("perceptron_1958")
    runs = [Run(entry, recipe, seed) for recipe in catalogue.recipes(entry, "pocket")[:2] for seed in (0, 1)]
    job.in_training = lambda one: (tmp_path / f"{one.recipe.name}-{one.seed}").write_text(str(os.getpid()))
    job.execute(runs)
    processes = [(tmp_path / f"{one.recipe.name}-{one.seed}").read_text() for one in runs]
    assert processes[0] == processes[1] != processes[2] == processes[3]


def other_seed(job: Job, path: Path) -> None:
    shutil.copyfile(job.path(RUNS[1]), path)


def instead(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


DAMAGES: dict[str, Callable[[Job, Path], object]] = {
    "truncated": lambda job, path: path.write_bytes(path.read_bytes()[:-100]),
    "empty": lambda job, path: path.write_bytes(b""),
    "other JSON": lambda job, path: path.write_text("[1, 2]"),
    "nested deeply": lambda job, path: path.write_text("[" * 100_000),
    "no text": lambda job, path: path.write_bytes(b"\xff\xfe\x00"),
    "another run's": other_seed,
    "a link": lambda job, path: instead(path, lambda it: it.symlink_to(job.path(RUNS[1]))),
    "a broken link": lambda job, path: instead(path, lambda it: it.symlink_to("nowhere")),
    "a folder": lambda job, path: instead(path, Path.mkdir),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_record_that_is_none_is_set_aside_with_a_word_and_the_run_trained_anew(
    damage: str, job: Job
) -> None:
    assert job.execute() == [WELL] * 3
    path = job.path(RUNS[0])
    good, others = path.read_bytes(), job.path(RUNS[1]).read_bytes()
    DAMAGES[damage](job, path)
    job.lines.clear()
    assert job.execute() == [WELL] * 3
    (said,) = [line for line in job.lines if "set aside" in line]
    assert said.startswith(f"{path}: ") and said.endswith(
        f"it is set aside as {path.name}.corrupt, and the run starts again"
    )
    assert os.path.lexists(f"{path}.corrupt")
    assert path.read_bytes() == good and not path.is_symlink()
    assert job.path(RUNS[1]).read_bytes() == others
    assert job.lines[1] == "2 of 3 runs are already recorded"


def test_the_checkpoint_of_a_run_that_has_ended_is_cleared_though_its_child_died(job: Job) -> None:
    for one in RUNS:
        checkpoints.save(
            checkpoints.path(job.options.checkpoint_dir, execution_key(one, job.options)), [], {}, {}
        )
    job.once_written = on(0, die)
    job.in_training = on(1, die)
    job.execute()
    left = {path.stem for path in job.options.checkpoint_dir.iterdir()}
    assert left == {execution_key(RUNS[1], job.options)}, "only that of a run that has not ended"


# Whose fault it is


def ends(error: Exception, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The records of two runs, the first of which meets this error."""
    met: list[int] = []

    class Bench:
        def __init__(self, *arguments: object) -> None:
            met.append(1)
            if len(met) == 1:
                raise error
            raise run.Diverged("so it is")

    class Driver:
        @staticmethod
        def ran_out_of_memory(error: Exception) -> bool:
            return isinstance(error, MemoryError)

    monkeypatch.setattr(run, "Workbench", Bench)
    monkeypatch.setattr(run.backend, "driver_class", lambda name: Driver)
    options = Options(backend="jax", out=folder / "out", checkpoint_dir=folder / "out" / "checkpoints")
    return list(run.run_recipe(RUNS[:2], options, 0.0, lambda line: None))


@pytest.mark.parametrize(
    ("number", "below"),
    [
        (13, "data/train.gz"),
        (1, "data/train.gz"),
        (5, "data/train.gz"),
        (2, "data/train.gz"),
        (21, "data/train.gz"),
        (13, None),
    ],
)
def test_a_data_file_that_cannot_be_read_is_an_error_of_its_run_alone(
    number: int, below: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = OSError(number, os.strerror(number), *([str(tmp_path / below)] if below else []))
    first, second = ends(error, tmp_path, monkeypatch)
    assert (first["run"]["status"], second["run"]["status"]) == ("error", "diverged")
    assert os.strerror(number) in first["run"]["reason"] and (below or "") in first["run"]["reason"]


@pytest.mark.parametrize(
    ("number", "below"),
    [(28, None), (30, None), (122, None), (32, None), (13, "out/runs/x.json"), (13, "out/checkpoints/x")],
)
def test_a_full_disk_and_the_like_are_not_the_runs_and_end_the_job(
    number: int, below: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = OSError(number, os.strerror(number), *([str(tmp_path / below)] if below else []))
    with pytest.raises(OSError, match=os.strerror(number)):
        ends(error, tmp_path, monkeypatch)


# Memory


@pytest.mark.skipif(sys.platform != "linux", reason="Linux can reset the mark")
def test_the_peak_of_memory_is_that_since_it_was_reset() -> None:
    memory.reset_peak_memory()
    block = bytearray(300 << 20)
    high = memory.peak_memory()
    del block
    memory.reset_peak_memory()
    low = memory.peak_memory()
    assert high is not None and low is not None
    assert high - low > 250 << 20


def test_a_system_that_cannot_reset_the_peak_tells_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_bytes", {"VmRSS": 100 << 20, "VmHWM": 500 << 20}.get)
    memory.reset_peak_memory()
    assert memory.peak_memory() is None
    monkeypatch.setattr(memory, "_bytes", lambda name: None)
    memory.reset_peak_memory()
    assert memory.peak_memory() is None


def test_the_peak_of_a_later_recipe_is_not_that_of_an_earlier(job: Job, tmp_path: Path) -> None:
    entry = catalogue.load("perceptron_1958")
    runs = [Run(entry, recipe, 0) for recipe in catalogue.recipes(entry, "pocket")[:2]]

    def take(one: Run) -> None:
        memory.reset_peak_memory()
        block = bytearray((300 << 20) if one is runs[0] else 1)
        (tmp_path / one.recipe.name).write_text(json.dumps(memory.peak_memory()))
        del block

    job.in_training = take
    job.execute(runs)
    first, second = (json.loads((tmp_path / one.recipe.name).read_text()) for one in runs)
    assert second is None or first - second > 250 << 20
