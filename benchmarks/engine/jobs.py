"""A job: several runs in one process, which imports the backend once and forks for each entry.

Importing a framework takes seconds, so runs share it; a fork for each entry keeps a run that takes
its process down (out of memory, a crash in a kernel) from taking the others with it.
"""

import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks import records
from benchmarks.engine import backend, checkpoints, lease
from benchmarks.engine.identity import Options, Run, execution_key, record_path, source_sha256
from benchmarks.engine.run import Trainer, run_recipe

#: A run that ended so is not run again: the same run would end in the same way.
FINAL = ("ok", "diverged")
#: Snakemake sets these for every job, to the number of threads that the job is given.
QUIETLY = {f"{library}_NUM_THREADS" for library in ("OMP", "GOTO", "OPENBLAS", "MKL", "NUMEXPR")} | {"VECLIB_MAXIMUM_THREADS"}


def recorded(run: Run, options: Options) -> dict[str, Any] | None:
    """The run's record, if there is one that still holds: final, and from the present source."""
    path = record_path(run, options)
    if not path.exists():
        return None
    record = records.read_record(path)
    holds = record["run"]["status"] in FINAL and record["run"]["source_sha256"] == source_sha256(run.entry)
    return record if holds else None


def execute(runs: list[Run], options: Options, report: Callable[[str], None]) -> dict[str, Any]:
    """Run what has no record yet; returns the job's summary, one item per run in the order given."""
    began = time.perf_counter()
    import_s = 0.0
    open_runs = [run for run in runs if recorded(run, options) is None]
    if len(open_runs) < len(runs):
        report(f"{len(runs) - len(open_runs)} of {len(runs)} runs are recorded already")
    if open_runs:
        import_s = _bring_up(options, report)
        shared_s = import_s
        for _, group in groupby(open_runs, key=lambda run: run.entry.id):
            _in_children(list(group), options, shared_s, report)
            shared_s = 0.0
    items = []
    for run in runs:
        path = record_path(run, options)
        row = records.read_record(path)["run"]
        items.append(
            {
                "entry": run.entry.id,
                "recipe": run.recipe.name,
                "tier": run.recipe.tier,
                "seed": run.seed,
                "execution": run.execution,
                "status": row["status"],
                "reason": row["reason"],
                "record": str(path.relative_to(options.out)),
            }
        )
    ended = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"runs": items, "import_s": import_s, "process_s": time.perf_counter() - began, "ended": ended}


def _bring_up(options: Options, report: Callable[[str], None]) -> float:
    """Lease devices and import the backend; returns the seconds of the import.

    Raises ValueError where CUDA_VISIBLE_DEVICES chooses a GPU that the installed backend cannot use.
    """
    import threadpoolctl

    from benchmarks import machine

    gpus = machine.visible_gpus(options.backend)
    if not gpus and (idle := machine.allowed_gpus()):
        lacking = f"the installed {options.backend} has no CUDA; the README says how to install it for a GPU"
        if "CUDA_VISIBLE_DEVICES" in os.environ:
            raise ValueError(f"CUDA_VISIBLE_DEVICES chooses the {idle[0].name}, but {lacking}, or set it to nothing to train on the CPU")
        report(f"the {idle[0].name} is not used: {lacking}")
    lease.cores(options.threads, report)
    # Where the GPUs differ, those of the first one's kind: which machine a run is of must not hang on what is free.
    lease.gpu([gpu.uuid for gpu in gpus if gpu.name == gpus[0].name], report)
    began = time.perf_counter()
    if cleared := [name for name in backend.prepare(options.backend, options.precision) if name not in QUIETLY]:
        report(f"not used, since the suite decides on threads, precision and Keras' configuration: {', '.join(cleared)}")
    backend.start(options.backend, options.precision)
    backend.driver_class(options.backend)
    # A linear algebra library that was loaded before the lease has a thread for every core of the machine.
    threadpoolctl.threadpool_limits(options.threads)
    return time.perf_counter() - began


def _in_children(runs: list[Run], options: Options, import_s: float, report: Callable[[str], None]) -> None:
    """Run the runs of one entry in a child process; in a further one those left over by a crash."""
    left = runs
    while left:
        reader, writer = os.pipe()
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _write_records(left, options, import_s, report, partial(os.write, writer, b"."))
                code = 0
            except KeyboardInterrupt:
                code = 130
            except BaseException as error:
                report(f"{type(error).__name__}: {error}")
            finally:
                os._exit(code)
        os.close(writer)
        try:
            status = _wait(child)
            written = len(os.read(reader, len(left)))  # one byte for each record
        finally:
            os.close(reader)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
            return
        if os.WIFEXITED(status):
            raise SystemExit(f"the process that ran {runs[0].entry.id} ended with exit code {os.WEXITSTATUS(status)}; see above")
        _record_crash(left[written], options, started, os.WTERMSIG(status), report)
        left = left[written + 1 :]
        import_s = 0.0


def _wait(child: int) -> int:
    """The child's status; ended together with it when this process is asked to end."""

    def pass_on(number: int, frame: object) -> None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return os.waitpid(child, 0)[1]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _write_records(
    runs: list[Run], options: Options, import_s: float, report: Callable[[str], None], written: Callable[[], object] = lambda: None
) -> None:
    """Run the runs one after the other; `written` is called after each record."""
    _die_with_parent()
    for _, group in groupby(runs, key=lambda run: run.recipe):
        same = list(group)
        for run, record in zip(same, run_recipe(same, options, import_s, report), strict=True):
            records.write_record(record, record_path(run, options))
            if record["run"]["status"] in FINAL:
                checkpoints.remove(checkpoints.path(options.checkpoint_dir, execution_key(run, options)))
            written()
            import_s = 0.0


def _die_with_parent() -> None:
    """A job that is killed must not leave its child training: it would hold core, GPU and checkpoint (Linux)."""
    import ctypes
    import sys

    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _record_crash(run: Run, options: Options, started: str, number: int, report: Callable[[str], None]) -> None:
    """Give the run during which the child died a record of that. Its clocks and memory died with it: they are null."""
    from benchmarks.engine.clock import Clock

    name = signal.Signals(number).name
    status = "oom" if number == signal.SIGKILL else "error"
    reason = f"the process was ended by {name}" + (", as the system does when memory runs out" if status == "oom" else "")
    report(f"{run.label}: {status}: {reason}")
    record = Trainer(run, options, Clock(), 0, report).record(None, status, reason, started)
    record["run"] |= dict.fromkeys((*records.CLOCKS, "total_s", "peak_memory_bytes"))
    records.write_record(records.identified(record), record_path(run, options))


def write_summary(name: str, summary: dict[str, Any], options: Options) -> Path:
    """The job's summary under `out/jobs`, for the workflow."""
    path = options.out / "jobs" / f"{name}.json"
    records.write_json_atomic({"job": name, **summary}, path)
    return path


def read_runs(path: Path) -> list[dict[str, Any]]:
    """The runs of a job as the workflow writes them: [{"entry", "recipe", "tier", "seed"}, ...]."""
    try:
        rows = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read as a JSON list of runs ({error})") from None
    if not isinstance(rows, list):
        raise ValueError(f"{path}: is no JSON list of runs")
    for row in rows:
        if not isinstance(row, dict) or set(row) - {"execution"} != {"entry", "recipe", "tier", "seed"}:
            shown = sorted(row) if isinstance(row, dict) else row
            raise ValueError(f"{path}: a run must have the keys entry, recipe, tier and seed, and may have execution, not {shown}")
        if not isinstance(row["seed"], int) or row["seed"] < 0:
            raise ValueError(f"{path}: seed {row['seed']!r} is not an integer of 0 or more")
    return rows


def with_defaults(options: Options) -> Options:
    """Options with absolute paths, so that a change of folder does not matter."""
    return replace(options, out=options.out.absolute(), checkpoint_dir=options.checkpoint_dir.absolute())
