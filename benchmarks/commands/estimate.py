"""How long the rest of a call takes, from the times of earlier runs and of those that have ended."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from benchmarks.commands.course import Course, Ended, Job
from benchmarks.commands.past import Recipe
from benchmarks.commands.select import Run

#: Seconds of runs below which their speed says little of this machine.
LITTLE_S = 5.0


def recipe(run: Run) -> Recipe:
    """What runs of one duration have in common."""
    return run["entry"], run["recipe"]


def pace(jobs: Iterable[Job], known: Mapping[Recipe, float]) -> float:
    """How many times as long as `known` the runs of this call take. 1 as long as too few have ended.

    The first run of a job does not count, because its time has the import in it.
    """
    taken = expected = LITTLE_S
    for job in jobs:
        for ended in list(job.ended.values())[1:]:
            if ended.status == "ok" and ended.seconds is not None and recipe(ended.run) in known:
                taken += ended.seconds
                expected += known[recipe(ended.run)]
    return taken / expected


def makespan(running: Sequence[float], waiting: Sequence[float], at_once: int) -> float:
    """Seconds until jobs that take so long have ended, the longest first, with `at_once` side by side."""
    free = max(0, min(at_once, len(running) + len(waiting)) - len(running))
    lanes = [*running, *[0.0] * free] or [0.0]
    heapq.heapify(lanes)
    for seconds in sorted(waiting, reverse=True):
        heapq.heappush(lanes, heapq.heappop(lanes) + seconds)
    return max(lanes)


def time_left(course: Course, known: Mapping[Recipe, float], import_s: float, now: float) -> float | None:
    """Seconds until the last run ends, or None if nothing is known of how long runs take.

    A recipe that is not known takes as long as its runs of other seeds, otherwise as the mean of all runs.
    """
    factor = pace(course.jobs.values(), known)
    seconds = {key: factor * value for key, value in known.items()} | _of_this_call(course.ended())
    if not seconds:
        return None
    usual = fmean(seconds.values())
    running, waiting = [], []
    for job in course.jobs.values():
        left = [seconds.get(recipe(job.runs[label]), usual) for label in job.left()]
        if job.state == "training" and left:
            first = left[0] if job.ended else import_s + left[0]
            running.append(_of_current(job, first, now) + sum(left[1:]))
        elif left:
            waiting.append(import_s + sum(left))
    return makespan(running, waiting, course.at_once or (course.call.at_once if course.call else 1))


def _of_current(job: Job, expected: float, now: float) -> float:
    """Seconds left of the run that a job trains now: as the engine said, otherwise as expected.

    A run that has taken longer than expected is taken to need as much more again.
    """
    if job.said and job.said.left_s is not None:
        return max(0.0, job.said.left_s - (now - job.said.at))
    return abs(expected - (now - job.began))


def _of_this_call(ended: Iterable[Ended]) -> dict[Recipe, float]:
    """The shortest seconds of the runs of each recipe that have ended: there is no import in them."""
    seconds: dict[Recipe, float] = {}
    for one in ended:
        if one.status == "ok" and one.seconds is not None:
            seconds[recipe(one.run)] = min(one.seconds, seconds.get(recipe(one.run), one.seconds))
    return seconds
