"""A job: several runs, with a child process for each recipe.

Thus a run that ends its process (out of memory, a crash in a kernel) does not end the others, and what one
recipe leaves in memory does not affect the next. Importing a framework takes seconds: on Linux the job
imports it once and forks its children; on other systems, whose libraries do not survive a fork, each child
imports it.
"""

import ctypes
import dataclasses
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks import catalogue, cores, environment, records, sources
from benchmarks.engine import backend, checkpoints, lease, memory, outcome, start
from benchmarks.engine.run import run_recipe
from benchmarks.engine.runs import Options, Run, execution_key, parent, record_path, run_id
from benchmarks.records.files import parse_json
from benchmarks.records.schema import short

#: Runs with these statuses are not repeated, since they would end in the same way.
FINAL = ("ok", "diverged")
#: The exit code of a child that ran out of memory.
NO_MEMORY = 99
#: The largest seed and number of an execution; every table and library can hold it.
MOST = 2**53 - 1
#: Snakemake sets these for every job, to the number of threads that the job is given.
QUIETLY = {f"{library}_NUM_THREADS" for library in ("OMP", "GOTO", "OPENBLAS", "MKL", "NUMEXPR")} | {
    "VECLIB_MAXIMUM_THREADS"
}


def recorded(run: Run, options: Options, progress: Callable[[str], None]) -> dict[str, Any] | None:
    """The run's record, if there is one that is still valid: final, and from the present source.

    A file that is not a record, or is the record of another run, is renamed to `*.corrupt`, which is reported
    to `progress`; the run is then trained again.
    """
    path = record_path(run, options)
    if not os.path.lexists(path):
        return None
    try:
        record = records.read_record(path)
        if record["run"]["run_id"] != run_id(run, options):
            raise records.RecordError(f"{path}: is the record of another run, {record['run']['run_id']}")
    except records.RecordError as error:
        checkpoints.set_aside(path, str(error).removeprefix(f"{path}: "), progress)
        return None
    if run.keep_weights and record["run"]["status"] == "ok" and not start.weights_path(run, options).exists():
        return None
    source = sources.source_sha256(run.entry, run.recipe, options.backend)
    return record if record["run"]["status"] in FINAL and record["run"]["source_sha256"] == source else None


def execute(
    runs: list[Run], options: Options, progress: Callable[[str], None], brought_up: bool = False
) -> dict[str, Any]:
    """Train the runs that have no record yet. Returns the job's summary.

    The summary has one item for each run, in the order given, and the source files that the runs depend on.
    `brought_up`: this process has called `bring_up` with these options before.
    """
    began = time.perf_counter()
    import_s = 0.0
    # Read now, before imports, since files may change later; forked children inherit the digests.
    used = [sources.files(run.entry, run.recipe, options.backend) for run in runs]
    runs = with_kept_weights(runs)
    open_runs = [run for run in runs if recorded(run, options, progress) is None]
    # Runs that start from others come after them.
    open_runs.sort(key=lambda run: len(catalogue.ancestors(run.entry, run.recipe)))
    if len(open_runs) < len(runs):
        progress(f"{len(runs) - len(open_runs)} of {len(runs)} runs are already recorded")
    if open_runs:
        others = f" and {len(open_runs) - 1} more" if len(open_runs) > 1 else ""
        if not brought_up:
            import_s = bring_up(options, progress, f"{open_runs[0].label}{others}")
        shared_s = import_s
        for _, group in groupby(open_runs, key=lambda run: (run.entry.id, run.recipe)):
            _in_children(list(group), options, shared_s, progress)
            shared_s = 0.0
    items = []
    for run in runs:
        path = record_path(run, options)
        row = records.read_record(path)["run"]
        if row["status"] in FINAL:
            checkpoints.remove(checkpoints.path(options.checkpoint_dir, execution_key(run, options)))
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
                "source_sha256": row["source_sha256"],
            }
        )
    ended = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {
        "runs": items,
        "sources": {sources.together(digests): digests for digests in used},
        "import_s": import_s,
        "process_s": time.perf_counter() - began,
        "ended": ended,
    }


def with_parents(runs: list[Run]) -> list[Run]:
    """These runs, and before them those from whose weights they start, where they are not among them."""
    parents = [Run(*start, run.seed) for run in runs for start in catalogue.ancestors(run.entry, run.recipe)]
    by_key = {(run.entry.id, run.recipe.name, run.seed, run.execution): run for run in [*parents, *runs]}
    return list(by_key.values())


def with_kept_weights(runs: list[Run]) -> list[Run]:
    """These runs; those from which others among them start keep their final weights."""
    parents = {(start.entry.id, start.recipe.name, start.seed) for run in runs if (start := parent(run))}
    return [
        dataclasses.replace(run, keep_weights=True)
        if run.execution == 1 and (run.entry.id, run.recipe.name, run.seed) in parents
        else run
        for run in runs
    ]


def bring_up(options: Options, progress: Callable[[str], None], holder: str = "") -> float:
    """Lease devices for `holder` and import the backend. Returns the seconds that the import took.

    If children are not forked, they import it, and only XLA's flags are checked here. Raises ValueError if
    CUDA_VISIBLE_DEVICES chooses a GPU that the installed backend cannot use, or fewer than share a batch.
    """
    from benchmarks import machine

    lease.accelerators(options.backend, progress, holder)
    gpus = machine.visible_gpus(options.backend)
    if options.precision == "tf32" and not gpus:
        raise ValueError(
            "precision 'tf32' needs a GPU: on a processor it would be float32 under another name;"
            " choose float32"
        )
    if not gpus and (idle := machine.allowed_gpus()):
        lacking = f"the installed {options.backend} has no CUDA; the README says how to install it for a GPU"
        if "CUDA_VISIBLE_DEVICES" in os.environ:
            raise ValueError(
                f"CUDA_VISIBLE_DEVICES chooses the {idle[0].name}, but {lacking},"
                " or set it to nothing to train on the CPU"
            )
        progress(f"the {idle[0].name} is not used: {lacking}")
    lease.cores(options.threads, progress, holder)
    of_a_kind = [gpu.uuid for gpu in machine.gpus_of_a_kind(options.backend)]
    lease.gpus(of_a_kind, options.devices, progress, holder)
    began = time.perf_counter()
    if cleared := [
        name
        for name in backend.prepare(options.backend, options.precision, options.determinism)
        if name not in QUIETLY
    ]:
        progress(
            "not used, since the suite decides on threads, precision and Keras' configuration:"
            f" {', '.join(cleared)}"
        )
    if backend.forks():
        import_backend(options)
    backend.try_flags(options.backend)
    return time.perf_counter() - began if backend.forks() else 0.0


def import_backend(options: Options) -> None:
    """Import the prepared backend, its driver and Keras into this process."""
    import threadpoolctl

    if not cores.can_pin():
        environment.limit_threads(options.threads)
    backend.start(options.backend, options.precision)
    backend.driver_class(options.backend)
    # A linear algebra library that was loaded before the lease has a thread for each core of the machine.
    threadpoolctl.threadpool_limits(options.threads)


def _in_children(runs: list[Run], options: Options, import_s: float, progress: Callable[[str], None]) -> None:
    """Train the runs of one recipe in a child process, and after a crash the remaining ones in another."""
    left = runs
    while left:
        before = [_stamp(run, options) for run in left]
        reader, writer = os.pipe()
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        job = os.getpid()
        if backend.forks():
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = in_child(left, options, import_s, progress, writer, job)
                finally:
                    os._exit(code)
        else:
            child = _start_child(left, options, writer, job)
        os.close(writer)
        try:
            code = os.waitstatus_to_exitcode(_wait(child))
            begun = max(1, len(os.read(reader, len(left))))  # one byte for each run
        finally:
            os.close(reader)
        if code == 0:
            return
        if code > 0 and code != NO_MEMORY:
            raise SystemExit(
                f"the process that ran {runs[0].entry.id} ended with exit code {code}; see above"
            )
        # Only the records on disk count, whatever the child reported.
        unwritten = [_stamp(run, options) == stamp for run, stamp in zip(left, before, strict=True)]
        if unwritten[begun - 1]:
            _record_crash(left[begun - 1], options, started, code, progress)
        left = left[begun:]
        import_s = 0.0


def in_child(
    runs: list[Run],
    options: Options,
    import_s: float,
    progress: Callable[[str], None],
    writer: int,
    job: int,
) -> int:
    """Train and record the runs of one recipe in a child of the process `job`. Returns the exit code.

    One byte goes to the descriptor `writer` as each run begins.
    """
    try:
        _die_with(job)
        memory.goes_first()
        _write_records(runs, options, import_s, progress, partial(os.write, writer, b"."))
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        return NO_MEMORY
    except BaseException as error:
        progress(f"{type(error).__name__}: {error}")
        return 1
    return 0


def _start_child(runs: list[Run], options: Options, writer: int, job: int) -> int:
    """Start a new process for the runs (see `benchmarks.engine.child`). Returns its number."""
    asked = {
        "runs": [
            {
                "entry": run.entry.id,
                "recipe": run.recipe.name,
                "tier": run.recipe.tier,
                "seed": run.seed,
                "execution": run.execution,
                "keep_weights": run.keep_weights,
            }
            for run in runs
        ],
        "options": {
            name: str(value) if isinstance(value, Path) else value
            for name, value in dataclasses.asdict(options).items()
        },
    }
    words = [sys.executable, "-m", "benchmarks.engine.child", str(writer), str(job), json.dumps(asked)]
    variables = {**os.environ, "PYTHONPATH": backend.python_path()}
    os.set_inheritable(writer, True)
    return os.posix_spawn(sys.executable, words, variables)


def _stamp(run: Run, options: Options) -> tuple[int, int] | None:
    """A value that changes when the run's record is written: files are replaced, never overwritten."""
    try:
        status = os.stat(record_path(run, options))
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _wait(child: int) -> int:
    """Wait for the child and return its status; if this process is asked to end, it ends the child first."""

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
    runs: list[Run],
    options: Options,
    import_s: float,
    progress: Callable[[str], None],
    begin: Callable[[], object],
) -> None:
    """Train the runs, which share a recipe, one after the other; `begin` is called before each."""
    finished = run_recipe(runs, options, import_s, progress)
    for run in runs:
        begin()
        records.write_record(next(finished), record_path(run, options))


def _die_with(job: int) -> None:
    """End this process with its job (Linux): a child left behind would hold cores, GPU and checkpoint."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != job:
        os._exit(1)


def _record_crash(
    run: Run, options: Options, started: str, code: int, progress: Callable[[str], None]
) -> None:
    """Record the run during which the child died. Its clocks and memory were lost with it: they are null."""
    if code == NO_MEMORY:
        status, reason = "oom", "memory ran out"
    else:
        name = signal.Signals(-code).name
        # Native code aborts when it gets no memory, which is likely under a limit set by `ulimit -v`.
        limited = resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY
        status = "oom" if name == "SIGKILL" or (limited and name in ("SIGABRT", "SIGSEGV")) else "error"
        how = "as the system does" if name == "SIGKILL" else "as happens under a limit (ulimit -v)"
        reason = f"the process was ended by {name}" + (
            f", {how} when memory runs out" if status == "oom" else ""
        )
    progress(f"{run.label}: {status}: {reason}")
    crash = outcome.crashed(run, options, status, reason, started)
    records.write_record(outcome.record(run, options, crash), record_path(run, options))


def write_summary(name: str, summary: dict[str, Any], options: Options) -> Path:
    """Write the job's summary to `out/jobs`, for the workflow."""
    path = options.out / "jobs" / f"{name}.json"
    records.write_json_atomic({"job": name, **summary}, path)
    return path


def read_runs(path: Path) -> list[dict[str, Any]]:
    """The runs of a job as the workflow writes them: [{"entry", "recipe", "tier", "seed", "execution"}, ...].

    A missing "execution" is 1. Raises ValueError, in one sentence, for a file that is not such a list.
    """
    try:
        rows = parse_json(path.read_bytes(), str(path))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read as a JSON list of runs ({error.strerror})") from None
    except records.RecordError as error:
        raise ValueError(f"{path}: cannot be read as a JSON list of runs ({error})") from None
    if not isinstance(rows, list):
        raise ValueError(f"{path}: is not a JSON list of runs")
    runs: list[dict[str, Any]] = []
    for row in rows:
        if not isinstance(row, dict) or set(row) - {"execution", "keep_weights"} != {
            "entry",
            "recipe",
            "tier",
            "seed",
        }:
            shown = sorted(row) if isinstance(row, dict) else row
            raise ValueError(
                f"{path}: a run must have the keys entry, recipe, tier and seed, and may have execution and "
                f"keep_weights, not {short(shown)}"
            )
        row = {"execution": 1, "keep_weights": False, **row}
        for key in ("entry", "recipe", "tier"):
            if not isinstance(row[key], str):
                raise ValueError(f"{path}: {key} {short(row[key])} is not a string")
        if not isinstance(row["keep_weights"], bool):
            raise ValueError(f"{path}: keep_weights {short(row['keep_weights'])} is neither true nor false")
        for key, least in (("seed", 0), ("execution", 1)):
            if type(row[key]) is not int or not least <= row[key] <= MOST:
                raise ValueError(f"{path}: {key} {short(row[key])} is not an integer of {least} to {MOST}")
        if row in runs:
            raise ValueError(
                f"{path}: names the same run twice:"
                f" {', '.join(str(row[key]) for key in ('entry', 'recipe', 'tier', 'seed'))}"
            )
        runs.append(row)
    return runs


def with_absolute_paths(options: Options) -> Options:
    """The options with absolute paths: they stay valid when the working folder changes."""
    return dataclasses.replace(
        options, out=options.out.absolute(), checkpoint_dir=options.checkpoint_dir.absolute()
    )
