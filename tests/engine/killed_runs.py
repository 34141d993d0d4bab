"""Runs entries that are killed at chosen moments and continued, all in forks of one process that imports the backend once.

`python -m tests.engine.killed_runs BACKEND OUT ENTRY...` leaves, for each entry, OUT/never/ (a run that was not
killed) and OUT/<moment>/ (the same run, killed at that moment and called again), each as `results/` would be.
"""

import dataclasses
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import catalogue, records
from benchmarks.engine import backend, checkpoints, jobs
from benchmarks.engine.identity import Options, Run, source_sha256
from benchmarks.engine.workbench import Workbench


def progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def die() -> None:
    """End the job and its child at once, as a scheduler does."""
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def before_call(number: int, function: Callable[..., object]) -> Callable[..., object]:
    """`function`, except that its call of this number is never made: the process dies."""
    calls = [0]

    def counted(*arguments: object, **named: object) -> object:
        calls[0] += 1
        if calls[0] == number:
            die()
        return function(*arguments, **named)

    return counted


def kill_in_training() -> None:
    Workbench.train_leg = before_call(3, Workbench.train_leg)  # type: ignore[method-assign, assignment]


def kill_inside_a_checkpoint() -> None:
    save = checkpoints.save

    def save_and_die_before_the_file_is_whole(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            os.fsync = lambda descriptor: die()  # type: ignore[assignment]
        save(*arguments)  # type: ignore[arg-type]

    calls: list[int] = []
    checkpoints.save = save_and_die_before_the_file_is_whole  # type: ignore[assignment]


def kill_before_the_record() -> None:
    records.write_record = before_call(1, records.write_record)  # type: ignore[assignment]


MOMENTS: dict[str, Callable[[], None]] = {
    "never": lambda: None,
    "training": kill_in_training,
    "checkpoint": kill_inside_a_checkpoint,
    "record": kill_before_the_record,
}


def in_fork(work: Callable[[], object]) -> int:
    """Do it in a child; returns the child's status as `os.waitpid` gives it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def main(name: str, out: Path, ids: list[str]) -> None:
    backend.prepare(name, "float32")
    backend.start(name, "float32")
    backend.driver_class(name)
    for id in ids:
        source_sha256(catalogue.load(id))  # read once, before any fork: other hands may change files meanwhile
    for id in ids:
        entry = catalogue.load(id)
        recipe = catalogue.recipes(entry, "pocket")[0]
        # Legs enough that there is a checkpoint to continue from, and another to be killed in; and no longer than that.
        epochs = min(recipe.epochs, 10)
        legs = dataclasses.replace(recipe, epochs=epochs, evaluate_every=min(recipe.evaluate_every, max(epochs // 3, 1)))
        runs = [Run(entry, legs, seed=0)]
        for moment, arrange in MOMENTS.items():
            home = out / moment
            given = Options(backend=name, threads=os.cpu_count() or 1, out=home, checkpoint_dir=home / "checkpoints", checkpoint_s=0.0)
            options = jobs.with_defaults(given)

            def first(arrange: Callable[[], None] = arrange, options: Options = options, runs: list[Run] = runs) -> None:
                arrange()
                jobs.execute(runs, options, progress)

            def again(options: Options = options, runs: list[Run] = runs) -> None:
                jobs.execute(runs, options, progress)

            status = in_fork(first)
            if moment == "never":
                assert status == 0, f"{id}: the run that is not killed ended with {status}"
                continue
            assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"{id} at {moment}: was to be killed, ended with {status}"
            assert in_fork(again) == 0, f"{id}: could not be continued after {moment}"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
