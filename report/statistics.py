"""Statistics over runs: medians, exact intervals and tests, and findings over a whole page.

Every test here is a permutation test of ranks, exact at any number of runs: under the null, each way to
divide the values between two machines, or to swap the two of a pair, is as likely as the one observed. Ranks
are used because the interval is then the inverted test, a heavy tail or a single disturbed run counts no more
than its place, and the finding is the same for seconds, rates and their logarithms.

The null is "the same distribution". If one side is many times noisier than the other, equal medians are
called different more often: in one of ten comparisons with equal numbers of runs, in one of seven if the
noisy side has half as many.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import stats

ALPHA = 0.05
#: Below this many values, no interval of a median and no paired comparison can reach 95%.
FEWEST = 6
#: A ratio of throughputs nearer to 1 than this is immaterial.
MATTERS = 1.03
#: With more ranks than this, their sum is treated as normal.
EXACT_RANKS = 100

IDENTICAL = "identical"
NOT_ENOUGH = "not enough runs"
NONE_SHOWN = "no difference shown"
NONE_THAT_MATTERS = "no difference that matters"
#: what can be said about two throughputs, and about two measures
SPEED_FINDINGS = ("faster", "slower", NONE_THAT_MATTERS, NONE_SHOWN, NOT_ENOUGH)
MEASURE_FINDINGS = (IDENTICAL, "differ", NONE_SHOWN, NOT_ENOUGH)
#: what the ends of an `Estimate` are, in captions
FROM_AND_TO = f"the exact 95% interval of the median, or the range of fewer than {FEWEST} values"


@dataclass(frozen=True)
class Estimate:
    """A median of n values. `low` and `high` are its 95% interval if `interval`, otherwise the values' range.

    They are None for a single value, and if one of them is infinite.
    """

    median: float
    low: float | None
    high: float | None
    n: int
    interval: bool


def known(values: Sequence[float | None]) -> np.ndarray:
    """The values that are numbers, as float64 [n]; infinite for runs that never reached the criterion."""
    array = np.array([math.nan if v is None else v for v in values], dtype=np.float64)
    return array[~np.isnan(array)]


def _ends(low: float, high: float) -> tuple[float, float] | tuple[None, None]:
    return (float(low), float(high)) if math.isfinite(low) and math.isfinite(high) else (None, None)


@lru_cache(maxsize=256)
def _depth(n: int) -> int:
    """The k for which the k-th smallest and k-th largest of n values enclose the median in 95% of samples.

    It is 0 if there is no such k.
    """
    return int(stats.binom.ppf(ALPHA / 2, n, 0.5))


def median(values: Sequence[float | None]) -> Estimate | None:
    """Median of the known values and its exact interval; None if there are none, or the median is infinite.

    The interval lies between two order statistics. Its coverage is 1 - 2 P(fewer than k of n coins show
    heads), at least 95% whatever the distribution: 96.9% for the smallest and largest of 6. With fewer than 6
    values even the range covers less (3: 75%), so it is called a range.
    """
    array = np.sort(known(values))
    if not len(array) or not math.isfinite(middle := float(np.median(array))):
        return None
    if len(array) == 1:
        return Estimate(middle, None, None, 1, False)
    depth = _depth(len(array)) or 1
    low, high = _ends(array[depth - 1], array[-depth])
    return Estimate(middle, low, high, len(array), len(array) >= FEWEST and low is not None)


@dataclass(frozen=True)
class Comparison:
    """Two groups of runs compared: `effect` is ours minus theirs, or ours over theirs if `ratio`.

    `low` and `high` are its interval of exact `level`, at least 0.95. If these n allow none, `level` is None
    and they are the range of the differences; they are None for a single difference, and if one is infinite.
    `effect` is infinite or nan if a median is infinite. `p` is two-sided; `smallest` is the smallest p that
    any outcome could reach at these n. If `paired`, `n` and `m` are both the number of pairs. `identical`:
    all values, or the two values of every pair, are equal.
    """

    effect: float
    low: float | None
    high: float | None
    level: float | None
    p: float
    smallest: float
    n: int
    m: int
    paired: bool
    ratio: bool
    identical: bool

    @property
    def enough(self) -> bool:
        """Whether any outcome could have been significant."""
        return self.smallest <= ALPHA


@lru_cache(maxsize=1024)
def _sums_of_some(ranks: tuple[int, ...], n: int) -> np.ndarray:
    """Probability of each sum of `n` of these ranks, drawn without replacement [sum + 1]."""
    top = sum(sorted(ranks)[-n:])
    if len(ranks) > EXACT_RANKS:
        scale = math.sqrt(n * (len(ranks) - n) / (len(ranks) - 1) * np.var(ranks))
        return _normal(top, n * float(np.mean(ranks)), scale)
    ways = np.zeros((n + 1, top + 1))
    ways[0, 0] = 1
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, :-rank]
    return ways[n] / ways[n].sum()


@lru_cache(maxsize=1024)
def _sums_of_signed(ranks: tuple[int, ...]) -> np.ndarray:
    """Probability of each sum of the ranks whose coin shows heads [sum + 1]."""
    if len(ranks) > EXACT_RANKS:
        return _normal(sum(ranks), sum(ranks) / 2, math.sqrt(sum(rank**2 for rank in ranks) / 4))
    chance = np.zeros(sum(ranks) + 1)
    chance[0] = 1
    for rank in ranks:
        chance[rank:] += chance[: len(chance) - rank]
        chance /= 2
    return chance


def _normal(top: int, mean: float, scale: float) -> np.ndarray:
    chance = stats.norm.pdf(np.arange(top + 1), mean, scale or 1)
    return chance / chance.sum()


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks as whole numbers; ties have the mean of their ranks, and all are doubled if that is not whole."""
    doubled = np.rint(2 * stats.rankdata(values)).astype(int)
    return doubled if (doubled % 2).any() else doubled // 2


def _two_sided(chance: np.ndarray, at: int) -> float:
    return min(1.0, 2 * float(min(chance[: at + 1].sum(), chance[at:].sum())))


def _turned_round(
    shifts: np.ndarray, chance: np.ndarray
) -> tuple[float, float | None, float | None, float | None]:
    """Hodges-Lehmann estimate, interval and level: the shifts that a rank test would not reject.

    If it would reject none, they are the range, without a level. Two runs that never reached the criterion
    have no shift (nan); it could lie at either end, and each end takes the worse case.
    """
    below, above = (np.sort(np.where(np.isnan(shifts), end, shifts)) for end in (-math.inf, math.inf))
    middle = [(len(shifts) - 1) // 2, len(shifts) // 2]
    with np.errstate(invalid="ignore"):
        effect = float(np.concatenate([below[middle], above[middle]]).mean())
    tail = np.cumsum(chance)
    depth = int(np.searchsorted(tail, ALPHA / 2 * (1 + 1e-9), side="right"))
    if not depth:
        return (effect, *(_ends(below[0], above[-1]) if len(shifts) > 1 else (None, None)), None)
    low, high = _ends(below[depth - 1], above[-depth])
    return effect, low, high, None if low is None else 1 - 2 * float(tail[depth - 1])


def _logarithm(values: np.ndarray) -> np.ndarray:
    if (values < 0).any():
        raise ValueError(f"a ratio needs values of at least 0; one is {values.min():g}")
    with np.errstate(divide="ignore"):
        return np.log(values)


def _as_ratio(
    effect: float, low: float | None, high: float | None
) -> tuple[float, float | None, float | None]:
    if low is None or high is None:
        return float(np.exp(effect)), None, None
    return float(np.exp(effect)), *_ends(float(np.exp(low)), float(np.exp(high)))


def compare(
    ours: Sequence[float | None], theirs: Sequence[float | None], ratio: bool = False
) -> Comparison | None:
    """Compares two independent groups by the exact rank-sum test (Mann-Whitney); None if one is empty.

    The effect is the Hodges-Lehmann shift or ratio. It is used for throughput, with `ratio` and one value per
    execution: speed depends on when a run was measured and not on its seed, so executions of two machines are
    not pairs. p is exact with ties too; the interval then covers more than it says. 3 against 3 can reach
    p = 0.1 at best, 4 against 4 0.029. Source: Hodges and Lehmann, 1963; Hollander, Wolfe and Chicken, 2014,
    chapter 4. Raises ValueError for a ratio of negative values.
    """
    x, y = known(ours), known(theirs)
    if not len(x) or not len(y):
        return None
    n, m = len(x), len(y)
    if ratio:
        x, y = _logarithm(x), _logarithm(y)
    ranks = _ranks(np.concatenate([x, y]))
    p = _two_sided(_sums_of_some(tuple(sorted(ranks.tolist())), n), int(ranks[:n].sum()))
    with np.errstate(invalid="ignore"):
        shifts = (x[:, None] - y[None, :]).ravel()
    effect, low, high, level = _turned_round(
        shifts, _sums_of_some(tuple(range(1, n + m + 1)), n)[n * (n + 1) // 2 :]
    )
    if ratio:
        effect, low, high = _as_ratio(effect, low, high)
    identical = bool((x == x[0]).all() and (y == x[0]).all())
    return Comparison(
        effect, low, high, level, p, min(1.0, 2 / math.comb(n + m, n)), n, m, False, ratio, identical
    )


def compare_pairs(
    pairs: Sequence[tuple[float | None, float | None]], ratio: bool = False
) -> Comparison | None:
    """Compares pairs (ours, theirs) by the exact signed-rank test (Wilcoxon, sign flips).

    The effect is the Hodges-Lehmann shift or ratio. Pairs without both values are left out; None if none is
    left. Two equal values say nothing about the sign, so the test uses the other pairs. 5 pairs can reach p =
    0.0625 at best, 6 pairs 0.031. Source: as for `compare`, chapter 3.
    """
    both = np.array(
        [(math.nan if a is None else a, math.nan if b is None else b) for a, b in pairs], dtype=np.float64
    ).reshape(-1, 2)
    x, y = both[~np.isnan(both).any(axis=1)].T
    n = len(x)
    if not n:
        return None
    identical = bool((x == y).all())
    if ratio:
        x, y = _logarithm(x), _logarithm(y)
    i, j = np.triu_indices(n)
    with np.errstate(invalid="ignore"):
        change = np.where(x == y, 0, x - y)  # also if neither reached the criterion
        averages = (change[i] + change[j]) / 2
    signed = change[change != 0]
    ranks = _ranks(np.abs(signed)) if len(signed) else np.zeros(0, int)
    p = _two_sided(_sums_of_signed(tuple(sorted(ranks.tolist()))), int(ranks[signed > 0].sum()))
    effect, low, high, level = _turned_round(averages, _sums_of_signed(tuple(range(1, n + 1))))
    if ratio:
        effect, low, high = _as_ratio(effect, low, high)
    return Comparison(effect, low, high, level, p, min(1.0, 2 / 2**n), n, n, True, ratio, identical)


def compare_seeds(ours: Mapping[Any, float | None], theirs: Mapping[Any, float | None]) -> Comparison | None:
    """Compares a measure of one recipe on two machines, seed -> value: paired if at least 6 seeds are shared.

    The same seed starts from the same weights and sees the same batches, so under the null the two of a pair
    can be swapped. With fewer shared seeds no paired test could be significant, and `compare` is applied to
    all seeds. That is on the safe side: what pairs have in common makes the groups more alike than chance
    would. Values that are equal seed by seed are identical at any n.
    """
    shared = [seed for seed in ours if seed in theirs and ours[seed] is not None and theirs[seed] is not None]
    pairs = compare_pairs([(ours[seed], theirs[seed]) for seed in shared])
    if pairs and (len(shared) >= FEWEST or (pairs.identical and len(shared) == len(ours) == len(theirs))):
        return pairs
    return compare(list(ours.values()), list(theirs.values()))


def findings(comparisons: Sequence[Comparison | None]) -> list[str]:
    """What each comparison of a table supports, at a false discovery rate of 5% over the table.

    It is one of `SPEED_FINDINGS` for a ratio, of `MEASURE_FINDINGS` for a difference. Comparisons that could
    not be significant at their n are outside the family: that depends on n alone, and counting them would
    cost the others. Throughputs and measures are two families: otherwise many true differences in speed would
    let false ones pass among the measures.

    Benjamini and Hochberg's procedure holds its rate for independent and for positively dependent tests.
    Comparisons with one base share its runs, and a disturbance of a machine affects all its comparisons
    alike; both are positive. Benjamini and Yekutieli's procedure, for any dependence, requires p below 0.0096
    at 100 comparisons even if all differ: 4 runs a side never reach it. The tests simulate the shared base.

    A ratio is also compared with `MATTERS`: "no difference that matters" if the interval lies within it, or
    if the difference is significant and its estimate is smaller.
    """
    return [
        _finding(compared, shown)
        for compared, shown in zip(comparisons, significant(comparisons), strict=True)
    ]


def significant(comparisons: Sequence[Comparison | None]) -> list[bool]:
    """Whether each comparison shows a difference, at a false discovery rate of 5% over all of them."""
    family = {i: compared.p for i, compared in enumerate(comparisons) if compared and compared.enough}
    adjusted = stats.false_discovery_control(list(family.values()), method="bh") if family else []
    shown = {i for i, p in zip(family, adjusted, strict=True) if p <= ALPHA}
    return [i in shown for i in range(len(comparisons))]


def _finding(compared: Comparison | None, significant: bool) -> str:
    if compared and compared.identical and not compared.ratio:
        return IDENTICAL
    if not compared or not compared.enough:
        return NOT_ENOUGH
    if not compared.ratio:
        return "differ" if significant else NONE_SHOWN
    if significant and not 1 / MATTERS < compared.effect < MATTERS:
        return "faster" if compared.effect > 1 else "slower"
    within = (
        compared.low is not None
        and compared.high is not None
        and compared.low > 1 / MATTERS
        and compared.high < MATTERS
    )
    return NONE_THAT_MATTERS if significant or within else NONE_SHOWN


def trend(years: Sequence[float], values: Sequence[float]) -> tuple[float, float] | None:
    """The least-squares line through log10(values): the years in which it rises tenfold, and when it is at 1.

    So it is at 10 ** ((year - start) / years). None if it does not rise, or if there are fewer than three
    points.
    """
    x, y = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    keep = np.isfinite(x) & np.isfinite(y) & (y > 0)
    if keep.sum() < 3 or np.ptp(x[keep]) == 0:
        return None
    line = stats.linregress(x[keep], np.log10(y[keep]))
    slope, height = float(line.slope), float(line.intercept)
    return (1 / slope, -height / slope) if slope > 0 else None
