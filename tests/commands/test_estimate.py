"""How long the rest of a call takes."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.commands import estimate
from benchmarks.commands.course import Ended, Job, Said, label
from benchmarks.commands.estimate import makespan, pace, time_left


def asked(entry: str, seed: int) -> Any:
    return {"entry": entry, "recipe": "digits", "tier": "pocket", "seed": seed, "execution": 1}


def job(*runs: Any, began: float | None = None) -> Job:
    """A job that has been training since then, or waits."""
    made = Job("job", list(runs), Path("/nowhere"), 0)
    if began is not None:
        made.begin(began)
    return made


def ends(job: Job, *seconds: float) -> None:
    """The job's first runs took so long."""
    for run, took in zip(list(job.runs.values()), seconds, strict=False):
        job.ended[label(run)] = Ended(run, job.name, "ok", "", took)


def course(*jobs: Job, at_once: int = 1) -> Any:
    """A call of these jobs."""
    return SimpleNamespace(
        call=SimpleNamespace(at_once=at_once),
        jobs=dict(enumerate(jobs)),
        at_once=0,
        ended=lambda: [ended for job in jobs for ended in job.ended.values()],
    )


@pytest.mark.parametrize(
    ("running", "waiting", "at_once", "seconds"),
    [
        ([], [], 2, 0.0),
        ([5.0], [], 2, 5.0),
        ([5.0], [3.0], 1, 8.0),
        ([5.0], [3.0], 2, 5.0),
        ([], [4.0, 3.0, 3.0], 2, 6.0),
        ([1.0, 2.0], [10.0], 1, 11.0),  # more run than was thought possible
        ([], [7.0, 9.0], 100_000, 9.0),
    ],
)
def test_jobs_side_by_side(running: list[float], waiting: list[float], at_once: int, seconds: float) -> None:
    assert makespan(running, waiting, at_once) == seconds


def test_nothing_is_said_of_what_nobody_knows() -> None:
    assert time_left(course(job(asked("a", 0), began=0.0)), {}, 0.0, 10.0) is None


def test_from_earlier_runs() -> None:
    known = {("a", "digits"): 20.0, ("b", "digits"): 100.0}
    # 20 s from the beginning, of which 5 have passed, and the import, then b.
    running = job(asked("a", 0), asked("b", 0), began=0.0)
    assert time_left(course(running), known, 10.0, 5.0) == 25.0 + 100.0
    # What waits has to import as well.
    assert time_left(course(running, job(asked("a", 1))), known, 10.0, 5.0) == 125.0 + 30.0
    assert time_left(course(running, job(asked("a", 1)), at_once=2), known, 10.0, 5.0) == 125.0


def test_a_run_that_is_overdue_needs_as_much_more() -> None:
    running = job(asked("a", 0), began=0.0)
    assert time_left(course(running), {("a", "digits"): 20.0}, 0.0, 50.0) == 30.0


def test_what_the_engine_says_of_the_present_run_counts() -> None:
    running = job(asked("a", 0), began=0.0)
    running.said = Said("epoch 1/8", 60.0, 8.0)
    assert time_left(course(running), {("a", "digits"): 20.0}, 10.0, 12.0) == 56.0
    running.said = Said("epoch 8/8", 0.0, 8.0)
    assert time_left(course(running), {("a", "digits"): 20.0}, 10.0, 12.0) == 0.0


def test_from_the_runs_done_so_far() -> None:
    """Of the same recipe the shortest counts, since the first has the import in it; of others the mean."""
    running = job(asked("a", 0), asked("a", 1), asked("a", 2), began=10.0)
    ends(running, 12.0, 2.0)
    assert time_left(course(running), {}, 0.0, 10.0) == 2.0
    assert time_left(course(running, job(asked("b", 0))), {}, 0.0, 10.0) == 2.0 + 2.0


def test_a_slower_machine_is_noticed() -> None:
    known = {("a", "digits"): 10.0, ("b", "digits"): 10.0}
    running = job(asked("a", 0), asked("a", 1), asked("a", 2), asked("b", 0), began=0.0)
    assert pace([running], known) == 1
    ends(running, 500.0, 30.0, 30.0)
    assert pace([running], known) == (estimate.LITTLE_S + 60) / (estimate.LITTLE_S + 20)
    assert time_left(course(running), known, 0.0, 0.0) == pytest.approx(10.0 * 65 / 25)


def test_a_lost_job_takes_no_more_time() -> None:
    gone = job(asked("a", 0), began=0.0)
    gone.state = "lost"
    assert time_left(course(gone), {("a", "digits"): 20.0}, 0.0, 0.0) == 0.0
