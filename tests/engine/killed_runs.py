"""Runs entries that are killed at one moment after another and continued, all in forks of one process that
imports the backend once.

`python -m tests.engine.killed_runs BACKEND OUT ENTRY...` leaves, for each entry, OUT/never/ (a run that was
not killed) and OUT/killed/ (the same run, killed at each of MOMENTS and called again), each as `results/`
would be.
"""

import dataclasses
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import catalogue, cores, records, sources
from benchmarks.engine import backend, checkpoints, jobs
from benchmarks.engine.runs import Options, Run
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


def in_training() -> None:
    Workbench.train_leg = before_call(3, Workbench.train_leg)  # type: ignore[method-assign, assignment]


def inside_a_checkpoint() -> None:
    """Before the file is whole: it is written, but not yet on the disk, nor under its name."""
    save = checkpoints.save

    def save_and_die(*arguments: object) -> None:
        os.fsync = lambda descriptor: die()  # type: ignore[assignment]
        save(*arguments)  # type: ignore[arg-type]

    checkpoints.save = save_and_die  # type: ignore[assignment]


def before_the_record() -> None:
    records.write_record = before_call(1, records.write_record)  # type: ignore[assignment]


#: In this order: each call goes on from where the one before was killed.
MOMENTS: tuple[Callable[[], None], ...] = (in_training, inside_a_checkpoint, before_the_record)


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
        sources.files(
            catalogue.load(id), catalogue.recipes(catalogue.load(id), "pocket")[0], name
        )  # read once, before any fork: other hands may change files meanwhile
    for id in ids:
        entry = catalogue.load(id)
        recipe = catalogue.recipes(entry, "pocket")[0]
        # Legs enough that there is a checkpoint to continue from, and another to be killed in; and no longer
        # than that.
        epochs = min(recipe.epochs, 10)
        every = min(recipe.evaluate_every, max(epochs // 3, 1))
        # Of a recipe in stages each has several legs.
        legs = recipe if recipe.stages else dataclasses.replace(recipe, epochs=epochs, evaluate_every=every)
        runs = [Run(entry, legs, seed=0)]

        def call(home: Path, arrange: Callable[[], None] = lambda: None, runs: list[Run] = runs) -> int:
            given = Options(
                backend=name,
                threads=len(cores.usable()),
                out=home,
                checkpoint_dir=home / "checkpoints",
                checkpoint_s=0.0,
            )

            def work() -> None:
                arrange()
                jobs.execute(runs, jobs.with_absolute_paths(given), progress)

            return in_fork(work)

        assert call(out / "never") == 0, f"{id}: the run that is not killed did not end well"
        for moment in MOMENTS:
            status = call(out / "killed", moment)
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            assert killed, f"{id} {moment.__name__}: was to be killed, ended with {status}"
        assert call(out / "killed") == 0, f"{id}: could not be continued"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
