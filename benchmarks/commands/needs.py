"""What a job asks for (threads, memory, minutes, a GPU), by what its runs took before.

Profiles and the command line override all of it.
"""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import catalogue
from benchmarks.commands import past
from benchmarks.commands.past import Recipe

Run = dict[str, Any]

#: Processor threads of a run, unless the configuration names another number.
THREADS = {"pocket": 1, "standard": 4, "paper": 4}
#: Memory in MB and seconds of a run of which nothing is known.
UNKNOWN_MB = {"pocket": 4000, "standard": 16000, "paper": 32000}
UNKNOWN_S = {"pocket": 20.0, "standard": 80 * 60.0, "paper": 960 * 60.0}
#: A job may take so many times as long as expected, and then some minutes more to start.
PATIENCE = 3
START_MINUTES = 5
#: A run's memory beyond its known peak: half as much, and what a GPU's driver and libraries take of the host.
MARGIN = 1.5
LEAST_MB = 2000
DRIVER_MB = 4000
#: A run that takes a processor no longer than this many seconds gains little by a GPU.
SHORT_S = 300.0


def of(run: Run) -> Recipe:
    """What runs of one duration have in common."""
    return run["entry"], run["recipe"]


def wants_gpu(run: Run, known: Mapping[Recipe, float]) -> bool:
    """Whether a run should have a GPU: not in the pocket tier, nor if it is short, nor if no rule of it uses
    one. `known` are the seconds that its recipe takes on a processor."""
    if run["tier"] == "pocket" or known.get(of(run), math.inf) < SHORT_S:
        return False
    recipe = catalogue.recipe(catalogue.load(run["entry"]), run["tier"], run["recipe"])
    return any(stage.rule != "fit" for stage in catalogue.stages(recipe))


def seconds(runs: Iterable[Run], known: Mapping[Recipe, float]) -> float:
    """How long runs take one after the other, those of which nothing is known as long as their tier does."""
    return sum(known.get(of(run), UNKNOWN_S[run["tier"]]) for run in runs)


def minutes(runs: Iterable[Run], known: Mapping[Recipe, float]) -> int:
    """The minutes that a job of these runs asks for."""
    return START_MINUTES + math.ceil(PATIENCE * seconds(runs, known) / 60)


def memory_mb(runs: Iterable[Run], peaks: Mapping[Recipe, float], gpu: bool) -> int:
    """The memory in MB that a job of these runs asks for, in whole thousands: runs follow each other."""
    most = max(
        max(LEAST_MB, MARGIN * peak / 1e6) if (peak := peaks.get(of(run))) else UNKNOWN_MB[run["tier"]]
        for run in runs
    )
    return 1000 * math.ceil((most + DRIVER_MB * gpu) / 1000)


class Expected:
    """What runs of one tier and backend took before, in a folder of results and in the published bundles."""

    def __init__(self, results: Path, tier: str, backend: str) -> None:
        bundles = past.bundles(results)
        self.published = past.on_any_backend(past.published(), tier, backend)
        self.seconds = past.on_any_backend(bundles, tier, backend)
        self.peaks = past.memory(bundles, tier)
