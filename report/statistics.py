"""Statistics over seeds: medians, bootstrap intervals, ratios."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: below this many values there is no interval, and no comparison
FEWEST = 3
RESAMPLES = 2000
LEVEL = 0.95
NOT_ENOUGH = "not enough runs"


@dataclass(frozen=True)
class Estimate:
    """A median with its interval; `low` and `high` are None where n is below `FEWEST`, or where one of them is infinite."""

    median: float
    low: float | None
    high: float | None
    n: int


def known(values: Sequence[float | None]) -> np.ndarray:
    """The values that are numbers, as float64 [n]. Infinite ones are those of runs that never came so far."""
    array = np.array([math.nan if v is None else v for v in values], dtype=np.float64)
    return array[~np.isnan(array)]


def _resampled_medians(values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.median(values[random.integers(0, len(values), (RESAMPLES, len(values)))], axis=1)


def _interval(samples: np.ndarray) -> tuple[float, float] | tuple[None, None]:
    low, high = np.quantile(samples, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="nearest")
    return (float(low), float(high)) if np.isfinite([low, high]).all() else (None, None)


def median(values: Sequence[float | None], seed: int = 0) -> Estimate | None:
    """Median and 95% percentile-bootstrap interval of the known values; None where there are none, or where the median is infinite.

    `seed` fixes the resampling, so that the same results give the same page.
    """
    array = known(values)
    if not len(array) or not np.isfinite(np.median(array)):
        return None
    low, high = (None, None) if len(array) < FEWEST else _interval(_resampled_medians(array, np.random.default_rng(seed)))
    return Estimate(float(np.median(array)), low, high, len(array))


def ratio(values: Sequence[float | None], base: Sequence[float | None], seed: int = 0) -> Estimate | None:
    """Ratio of the medians of two groups, with its bootstrap interval (each group resampled by itself).

    None where a group is empty or the median of `base` is 0; `n` is the smaller group's size.
    """
    ours, theirs = known(values), known(base)
    if not len(ours) or not len(theirs) or np.median(theirs) == 0:
        return None
    n = min(len(ours), len(theirs))
    low, high = None, None
    if n >= FEWEST:
        random = np.random.default_rng(seed)
        above, below = _resampled_medians(ours, random), _resampled_medians(theirs, random)
        keep = below != 0
        low, high = _interval(above[keep] / below[keep])
    return Estimate(float(np.median(ours) / np.median(theirs)), low, high, n)


def difference(values: Sequence[float | None], base: Sequence[float | None], seed: int = 0) -> Estimate | None:
    """Difference of the medians of two groups, with its bootstrap interval; None where a group is empty or its median infinite."""
    ours, theirs = known(values), known(base)
    if not len(ours) or not len(theirs) or not np.isfinite([np.median(ours), np.median(theirs)]).all():
        return None
    n = min(len(ours), len(theirs))
    low, high = None, None
    if n >= FEWEST:
        random = np.random.default_rng(seed)
        above, below = _resampled_medians(ours, random), _resampled_medians(theirs, random)
        # Of two infinite medians there is no difference: such a pair of samples says nothing of the interval's end.
        with np.errstate(invalid="ignore"):
            samples = above - below
        low, high = _interval(samples[~np.isnan(samples)])
    return Estimate(float(np.median(ours) - np.median(theirs)), low, high, n)


def faster(estimate: Estimate | None) -> str:
    """What a ratio of throughputs supports: faster, slower, no difference shown, or not enough runs."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return NOT_ENOUGH
    if estimate.low > 1:
        return "faster"
    return "slower" if estimate.high < 1 else "no difference shown"


def agreement(estimate: Estimate | None) -> str:
    """What a difference of measures supports: agree, differ, or not enough runs."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return NOT_ENOUGH
    return "agree" if estimate.low <= 0 <= estimate.high else "differ"


def trend(years: Sequence[float], values: Sequence[float]) -> float | None:
    """Years in which the least-squares line through log10(values) rises tenfold; None where it does not rise."""
    x, y = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    keep = np.isfinite(x) & np.isfinite(y) & (y > 0)
    if keep.sum() < FEWEST or np.ptp(x[keep]) == 0:
        return None
    slope = float(np.polyfit(x[keep] - x[keep].mean(), np.log10(y[keep]), 1)[0])
    return 1 / slope if slope > 0 else None
