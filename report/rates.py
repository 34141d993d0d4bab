"""Throughput from legs within executions: one value per execution, its spread, and disturbance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from report.statistics import Estimate, median

#: A leg's cores are disturbed if other processes took more than this share of those it could use.
TAKEN = 0.05
#: A machine is called busy if more than this share of the legs was disturbed.
BUSY = 0.1


@dataclass(frozen=True)
class Legs:
    """The legs of one execution in order: examples per second, whether they include warm-up, and disturbance.

    A leg's disturbance is None where it is unknown.
    """

    rates: Sequence[float | None]
    warm_up: Sequence[bool]
    disturbed: Sequence[bool | None]


@dataclass(frozen=True)
class Rate:
    """Throughput of one question on one machine, in examples per second.

    `values` has one value per execution, for `statistics.compare(..., ratio=True)`; `estimate` is their
    median. `within` and `between` are robust standard deviations in %, of the legs of one execution and of
    executions; None where there are not two of them. `disturbed` is the share of legs that other work
    disturbed, None where unknown. Disturbed legs count like the others; where there are many, the rate is
    `busy` and should be marked as such.
    """

    estimate: Estimate
    values: tuple[float, ...]
    within: float | None
    between: float | None
    disturbed: float | None

    @property
    def busy(self) -> bool:
        """Whether the machine was busy with other work."""
        return load(self.disturbed) == "busy"


def disturbed(
    other: float | None,
    stolen: float | None,
    available: float | None,
    cores: float | None = None,
    throttled: float | None = None,
    processes: float | None = None,
) -> bool | None:
    """Whether a leg was disturbed; None if nothing is known.

    Its cores were, if other processes or the hypervisor took a share of them. Its accelerator was, if its
    clocks were `throttled`, or other `processes` computed on it.

    The arguments are mean numbers of cores over the leg, as in epochs.csv: other_cores, stolen_cores,
    available_cores. On a machine with more `cores` than the leg could use, other processes may keep the rest
    busy without disturbing anything.
    """
    accelerator = [bool(sign) for sign in (throttled, processes) if _known(sign)]
    if any(accelerator):
        return True
    if not _known(available) or not (_known(other) or _known(stolen)):
        return False if accelerator else None
    elsewhere = max(0.0, cores - available) if _known(cores) else 0.0
    taken = max(0.0, (other if _known(other) else 0.0) - elsewhere) + (stolen if _known(stolen) else 0.0)
    return taken > TAKEN * available


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and not math.isnan(value)


def load(share: float | None) -> str:
    """The load of a machine, from the share of legs that were disturbed: calm, busy or, for None, unknown."""
    return "unknown" if share is None or math.isnan(share) else "busy" if share > BUSY else "calm"


def rate(executions: Sequence[Legs]) -> Rate | None:
    """The median over executions of the median of their steady legs; None if no execution has a steady leg.

    Legs are nested in executions, executions in seeds. The unit is the execution: its legs share a process, a
    place in memory and whatever else ran in those minutes, so they are not independent samples. Taken as
    independent they call equal machines different in most comparisons (the tests simulate it). The seed does
    not matter: it changes the weights and not the work. Warm-up legs and legs without a positive rate are
    left out.
    """
    steady_rates: list[np.ndarray] = []
    flags: list[bool] = []
    for legs in executions:
        rates, known = steady(legs)
        if len(rates):
            steady_rates.append(rates)
            flags += known
    values = [float(np.median(rates)) for rates in steady_rates]
    estimate = median(values)
    if estimate is None:
        return None
    within, between = _spread(steady_rates, values)
    return Rate(estimate, tuple(values), within, between, sum(flags) / len(flags) if flags else None)


def steady(legs: Legs) -> tuple[np.ndarray, list[bool]]:
    """The rates of an execution's steady legs, and whether each was disturbed, where that is known."""
    chosen = [
        (rate, flag)
        for rate, warm, flag in zip(legs.rates, legs.warm_up, legs.disturbed, strict=True)
        if not warm and rate is not None and rate > 0
    ]
    return np.array([rate for rate, _ in chosen], dtype=float), [
        flag for _, flag in chosen if flag is not None
    ]


def _distances(values: np.ndarray) -> np.ndarray:
    """The distance between each two of the values."""
    i, j = np.triu_indices(len(values), 1)
    return np.abs(values[i] - values[j])


def _spread(legs: Sequence[np.ndarray], values: Sequence[float]) -> tuple[float | None, float | None]:
    """Standard deviations of the logarithm of the rate, within executions and between them, in %.

    Shamos' estimate: 1.048 times the median distance of two values. Source: Rousseeuw and Croux, 1993,
    section 3. What the legs contribute to the variance of the executions is subtracted: the median of k
    normal values has pi / 2k of their variance.
    """
    apart = np.concatenate([_distances(np.log(rates)) for rates in legs])
    middles = _distances(np.log(values))
    within = 1.0483 * float(np.median(apart)) if len(apart) else None
    noise = math.pi / 2 * (within or 0.0) ** 2 / float(np.median([len(rates) for rates in legs]))
    between = math.sqrt(max(0.0, (1.0483 * float(np.median(middles))) ** 2 - noise)) if len(middles) else None
    return (None if within is None else 100 * within), (None if between is None else 100 * between)
