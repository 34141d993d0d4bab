"""Throughput from legs within executions: one value an execution, its spread, and whether other work disturbed it."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from report.statistics import Estimate, median

#: a leg is disturbed where others took more than this share of the cores it could use
TAKEN = 0.05
#: a machine is called busy where more than this share of the legs was disturbed
BUSY = 0.1


@dataclass(frozen=True)
class Legs:
    """The legs of one execution in order: examples a second, which carry warm-up, which were disturbed (None: unknown), and its job."""

    rates: Sequence[float | None]
    warm_up: Sequence[bool]
    disturbed: Sequence[bool | None]
    job: str = ""


@dataclass(frozen=True)
class Rate:
    """Throughput of one question on one machine, in examples a second.

    `values` has one value a unit (execution or job), for `statistics.compare(..., ratio=True)`; `estimate` is their median.
    `within` and `between` are robust standard deviations in %, of the legs of one unit and of units; None where there are no two.
    `disturbed` is the share of the legs that other work disturbed, None where unknown. They are counted like the others;
    where they are many, the rate is `busy` and should be marked so.
    """

    estimate: Estimate
    values: tuple[float, ...]
    within: float | None
    between: float | None
    disturbed: float | None

    @property
    def busy(self) -> bool:
        return load(self.disturbed) == "busy"


def disturbed(
    other: float | None, stolen: float | None, available: float | None, cores: float | None = None
) -> bool | None:
    """Whether other processes or the hypervisor took a share of the cores that a leg could use; None where nothing is known.

    Mean numbers of cores over the leg, as in epochs.csv: other_cores, stolen_cores, available_cores. Of a machine with more `cores`
    than the leg could use, other processes may keep the rest busy and disturb nothing.
    """
    if not _is(available) or not (_is(other) or _is(stolen)):
        return None
    elsewhere = max(0.0, cores - available) if _is(cores) else 0.0
    taken = max(0.0, (other if _is(other) else 0.0) - elsewhere) + (stolen if _is(stolen) else 0.0)
    return taken > TAKEN * available


def _is(value: float | None) -> TypeGuard[float]:
    return value is not None and not math.isnan(value)


def load(share: float | None) -> str:
    """What a machine was while the legs were trained of which this share was disturbed: calm, busy or, of None, unknown."""
    return "unknown" if share is None or math.isnan(share) else "busy" if share > BUSY else "calm"


def rate(executions: Sequence[Legs], by_job: bool = False) -> Rate | None:
    """The median of the steady legs of each execution, and the median over these. None where no execution has a steady leg.

    Legs are nested in executions, executions in seeds. The unit is the execution: its legs share a process, a place in memory and
    what else ran in those minutes, and are no independent samples. Taken for such, they call equal machines different
    in most comparisons (the tests simulate it). The seed does not enter: it changes the weights and not the work.
    With `by_job` the unit is the job: right where executions ran one after another in one job, so that what disturbed one
    disturbed all; executions of no job named are then one unit. Left out are warm-up legs and legs without a rate above 0.
    """
    units: dict[Hashable, list[np.ndarray]] = {}
    flags = []
    for i, legs in enumerate(executions):
        steady = [
            (rate, flag)
            for rate, warm, flag in zip(legs.rates, legs.warm_up, legs.disturbed, strict=True)
            if not warm and rate is not None and rate > 0
        ]
        if steady:
            units.setdefault(legs.job if by_job else i, []).append(
                np.array([rate for rate, _ in steady], dtype=float)
            )
            flags += [flag for _, flag in steady if flag is not None]
    values = [float(np.median([np.median(each) for each in parts])) for parts in units.values()]
    estimate = median(values)
    if estimate is None:
        return None
    within, between = _spread([np.concatenate(parts) for parts in units.values()], values)
    return Rate(estimate, tuple(values), within, between, sum(flags) / len(flags) if flags else None)


def _distances(values: np.ndarray) -> np.ndarray:
    """How far each two of the values lie apart."""
    i, j = np.triu_indices(len(values), 1)
    return np.abs(values[i] - values[j])


def _spread(legs: Sequence[np.ndarray], values: Sequence[float]) -> tuple[float | None, float | None]:
    """Standard deviations of the logarithm of the rate, within units and between them, in %.

    Shamos' estimate: 1.048 times the median distance of two values. Source: Rousseeuw and Croux, 1993, section 3.
    From the units' variance is taken what their legs add to it: of the median of k normal values, pi / 2k of theirs.
    """
    apart, middles = np.concatenate([_distances(np.log(each)) for each in legs]), _distances(np.log(values))
    within = 1.0483 * float(np.median(apart)) if len(apart) else None
    noise = math.pi / 2 * (within or 0.0) ** 2 / float(np.median([len(each) for each in legs]))
    between = math.sqrt(max(0.0, (1.0483 * float(np.median(middles))) ** 2 - noise)) if len(middles) else None
    return (None if within is None else 100 * within), (None if between is None else 100 * between)
