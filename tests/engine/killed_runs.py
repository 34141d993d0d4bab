"""Runs entries that are killed at one moment after another and continued, all in forks of one process that
imports the backend once.

`python -m tests.engine.killed_runs BACKEND OUT ENTRY...` leaves, for each entry, OUT/never/ (a run that was
not killed) and OUT/killed/ (the same run, killed at each of its moments and called again), each as `results/`
would be. The moments are those of LOST, or MOMENTS where it does not name the entry.
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
from benchmarks.spec import Recipe


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


#: Of entries that are killed inside their stages: the epochs that are lost, each with its stage. Every leg is
#: one epoch of the recipe as `short` makes it, and leaves a checkpoint.
LOST = {
    "dbn_2006": {5: "machine 2", 10: "up-down"},
    # Before the second pruning, with the first one done over; and before the third.
    "lottery_ticket_2019": {3: "round 1", 6: "round 2"},
    "alphazero_2017": {2: "", 3: ""},
    "ddpm_2020": {3: ""},
}


def losing(epoch: int, stage: str) -> Callable[[], None]:
    """Killed when the leg of this epoch, in this stage, has been trained and nothing of it is saved."""

    def arrange() -> None:
        train = Workbench.train_leg

        def train_and_die(self: Workbench, first: int, last: int) -> tuple[int, int, dict[str, float]]:
            trained = train(self, first, last)
            self.driver.sync()
            if (last, self.stages[self.current].stage.name) == (epoch, stage):
                die()
            return trained

        Workbench.train_leg = train_and_die  # type: ignore[method-assign]

    return arrange


def short(id: str, recipe: Recipe) -> Recipe:
    """The recipe, with legs enough to continue from the checkpoint of one and to be killed in another."""
    if id not in LOST:
        if recipe.stages:
            return recipe  # each has several legs
        epochs = min(recipe.epochs, 10)
        every = min(recipe.evaluate_every, max(epochs // 5, 1))
        return dataclasses.replace(recipe, epochs=epochs, evaluate_every=every)
    if id == "dbn_2006":
        stages = tuple(dataclasses.replace(each, epochs=3, evaluate_every=1) for each in recipe.stages)
        return dataclasses.replace(recipe, stages=stages, further_tasks={"generation": {"samples": 100}})
    if id == "lottery_ticket_2019":
        stages = tuple(dataclasses.replace(each, epochs=2, evaluate_every=1) for each in recipe.stages)
        return dataclasses.replace(recipe, stages=stages)
    if id == "alphazero_2017":
        options = {**recipe.rule_options, "games": 8, "memory": 512, "learning_steps": 10}
        return dataclasses.replace(recipe, rule_options=options, epochs=4, evaluate_every=1)
    # The average of the weights takes their place at the end: of four epochs of 16 steps.
    optimizer = {**recipe.optimizer, "ema_overwrite_frequency": 64}
    options = {"samples": 100}
    return dataclasses.replace(recipe, optimizer=optimizer, task_options=options, epochs=4, evaluate_every=1)


def saved_epoch(home: Path) -> int:
    """The epoch that the only checkpoint in this folder of results was written after."""
    (file,) = (home / "checkpoints").glob("*.checkpoint")
    state = checkpoints.load(file, progress)
    assert state is not None
    return int(state[2]["epoch"])


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
        runs = [Run(entry, short(id, recipe), seed=0)]

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
        lost = {losing(epoch, stage): epoch for epoch, stage in LOST.get(id, {}).items()}
        for moment in lost or MOMENTS:
            status = call(out / "killed", moment)
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            assert killed, f"{id} {moment.__name__}: was to be killed, ended with {status}"
            if moment in lost:
                assert saved_epoch(out / "killed") == lost[moment] - 1, f"{id}: was not killed in training"
        assert call(out / "killed") == 0, f"{id}: could not be continued"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
