"""The verdict on a claim: a printed number judged in kind, within the tolerance that follows from what is known of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from report import statistics
from report.statistics import FEWEST
from report.text import number, several

VERDICTS = ("reproduced", "exceeded", "missed", "partial", "not comparable")


@dataclass(frozen=True)
class Judgement:
    """What runs say to a claim. `ours` is our number of the claim's kind, with its interval or range; None where it is infinite.

    `tolerance` is in the claim's unit. A single run of ours is `indicative`.
    """

    verdict: str
    reason: str
    ours: float | None
    low: float | None
    high: float | None
    tolerance: float
    tolerance_why: str
    indicative: bool


def tolerance(claim: Mapping[str, Any], step: float = 0.0) -> tuple[float, str]:
    """How far a run may lie from the printed number and still agree with it, in the claim's unit, and the reason in words.

    Half a unit of the last printed digit; and the root of the sum of squares of the standard errors that are known: of a percentage
    counted on `test_size` items (for a share, on its `of` runs), sqrt(p (1 - p) / n), and of the printed spread s of the runs, s for a single
    one or the best, s / sqrt(of) for a mean, 1.25 times that for a median. It is one standard error, not the 1.96 of an interval: our runs are
    mostly scored on the same items, so that much of the sampling error is common to both. Counted on n items, 0% (and 100%) has a
    standard error of 0, which is no knowledge; there it is the 95% limit 1 - 0.05^(1/n), about 3 / n (the rule of three).
    `step` is the resolution of our own measure: a time to a criterion that is checked every `step` epochs comes out too large
    by up to that. A claim's own `tolerance` replaces all this.
    """
    if claim["tolerance"] is not None:
        return float(claim["tolerance"]), claim["tolerance_why"]
    value, half = float(claim["value"]), claim["resolution"] / 2
    reasons = [f"half the last printed digit ({number(half)})"]
    squares = 0.0
    items = claim["of"] if claim["statistic"] == "share" else claim["test_size"]
    if items and claim["unit"] == "%" and 0 <= value <= 100:
        share = value / 100
        error = 100 * (math.sqrt(share * (1 - share) / items) if 0 < share < 1 else 1 - 0.05 ** (1 / items))
        what = "runs" if claim["statistic"] == "share" else "test items"
        reasons.append(
            f"{'one standard error' if 0 < share < 1 else '95% limit'} of {items:,} {what} ({number(error)})"
        )
        squares += error * error
    if claim["spread"] is not None:
        error = float(claim["spread"])
        if claim["statistic"] in ("mean", "median") and claim["of"]:
            error *= (1.0 if claim["statistic"] == "mean" else 1.2533) / math.sqrt(claim["of"])
        reasons.append(f"the printed spread ({number(error)})")
        squares += error * error
    if step:
        unit = claim["unit"].removesuffix("s")
        reasons.append(
            f"the criterion is checked every {unit if step == 1 else several(round(step), unit)} here"
        )
    return half + math.sqrt(squares) + step, "; ".join(reasons)


def _ours(claim: Mapping[str, Any], values: np.ndarray) -> tuple[float, float, float]:
    """Our number of the claim's kind, and the two ends of its 95% interval (of the range, below `FEWEST` runs)."""
    n, least, most = len(values), float(values.min()), float(values.max())
    if claim["statistic"] == "share":
        won = int((values >= 100).sum())
        interval = stats.binomtest(won, n).proportion_ci(0.95, "exact")
        return 100 * won / n, 100 * float(interval.low), 100 * float(interval.high)
    if claim["statistic"] == "mean":
        with np.errstate(over="ignore", invalid="ignore"):
            mean, deviation = float(values.mean()), float(values.std(ddof=1)) if n > 1 else math.nan
        if n < FEWEST or not math.isfinite(deviation):
            return mean, least, most
        half = float(stats.t.ppf(0.975, n - 1)) * deviation / math.sqrt(n)
        return mean, mean - half, mean + half
    if claim["statistic"] in ("best", "bound"):
        # as many of ours as were taken the best of; of a bound, the run that comes nearest to breaking it
        some = values[: claim["of"]] if claim["statistic"] == "best" else values
        lower = (claim["direction"] == "lower") == (claim["statistic"] == "best")
        return float(some.min() if lower else some.max()), least, most
    middle = float(np.median(values))
    if claim["statistic"] == "median" and n >= FEWEST:
        estimate = statistics.median(values.tolist())
        if estimate and estimate.low is not None and estimate.high is not None:
            return middle, estimate.low, estimate.high
        return middle, least, most
    # where one more run would fall in 95% of cases; the range, of up to 79 runs, in (n - 1) / (n + 1) of them
    rank = max(1, math.floor(0.025 * (n + 1)))
    ordered = np.sort(values)
    return middle, float(ordered[rank - 1]), float(ordered[-rank])


def _narrow(claim: Mapping[str, Any], ends: tuple[float, float], slack: float) -> bool:
    """Whether an interval lies between half the printed number and twice it (its distance to the nearer end of the scale, for a percentage)."""
    value = float(claim["value"])
    end = 100.0 if claim["unit"] == "%" and value > 50 else 0.0

    def near(x: float) -> bool:
        return abs(x - value) <= slack or (value != end and 0.5 <= (x - end) / (value - end) <= 2)

    return near(ends[0]) and near(ends[1])


def judge(claim: Mapping[str, Any], values: Sequence[float], step: float = 0.0) -> Judgement:
    """The verdict on a claim of the form of `cards.claim`, from the final test values of its recipe, one a seed in order of the seeds.

    Values are infinite (minus infinity where more is better) for runs that never came so far. `step` is as in `tolerance`.

    The printed number is held against ours of the same kind: a mean against our mean, a median against our median, each with its
    95% interval (Student's t: exact for normal errors, and means of runs are nearly normal; order statistics); a share against the
    share of our runs that end at 100%, with the exact binomial interval of Clopper and Pearson; a single published run against the distribution
    of ours, where one more run would fall; the best of m against the best of our first m (of fewer, if there are fewer); a bound against every
    run. Below six runs no interval of a mean, median or single run is stated, and the range of the runs stands in its place.

    *Exceeded*: the whole interval or range is better than the printed number by more than the tolerance; so with fewer than six runs, or
    against a best, even the worst seed is. A share needs its lower limit to be. What says "equal", and a bound, cannot be exceeded.

    *Reproduced*: our number is as good as the printed one, within the tolerance; or it is worse, but the printed number lies in our interval or
    range, widened by the tolerance, and that is narrow enough to say something: between half the number and twice it
    (for a percentage its distance to the nearer end: 99% right is judged like 1% wrong). So one seed of three that fails makes a mean
    miss, and no number of failures reproduces anything by their spread. Only a single published time to a criterion is
    judged by its rank alone, since such times spread over decades by nature. The best of m has been reproduced if our best has; a bound if every
    run keeps it; what says "equal" only within the tolerance or such an interval, on either side.

    *Missed*: all else, among it every single number, mean or median of which at least half of our runs never came so far.
    With no values the verdict is *not comparable*. What else makes a claim so, and what is *partial*, the recipe says: `report.claims`.
    """
    slack, why = tolerance(claim, step)
    n = len(values)
    if not n:
        return Judgement(
            "not comparable",
            "no run on this data set ended with this measure",
            None,
            None,
            None,
            slack,
            why,
            False,
        )
    array = np.asarray(values, dtype=np.float64)
    statistic, either = claim["statistic"], claim["direction"] == "equal"
    lacking = int(np.isinf(array).sum())
    ours, low, high = _ours(claim, array)

    def gain(value: float) -> float:
        """How much better than the printed number; negative is worse."""
        return (value - claim["value"]) * (-1 if claim["direction"] == "lower" else 1)

    # a rounding error in the last bit is no difference
    slack_and_bit = slack + 1e-9 * max(1e-3, abs(claim["value"]))
    worst, best = sorted((gain(low), gain(high)))
    inside = worst <= slack_and_bit and best >= -slack_and_bit
    timed = statistic == "single" and claim["metric"] == "epochs_to_criterion"
    close = abs(gain(ours)) <= slack_and_bit if either else gain(ours) >= -slack_and_bit
    if statistic in ("single", "mean", "median") and 2 * lacking >= n:
        verdict = "missed"
    elif statistic == "bound":
        verdict = "reproduced" if worst >= -slack_and_bit else "missed"
    elif not either and worst > slack_and_bit:
        verdict = "exceeded"
    elif close or (statistic != "best" and inside and (timed or _narrow(claim, (low, high), slack_and_bit))):
        verdict = "reproduced"
    else:
        verdict = "missed"
    reason = _reason(claim, array, (ours, low, high), lacking)
    shown = [x if math.isfinite(x) else None for x in (ours, low, high)]
    return Judgement(verdict, reason, shown[0], shown[1], shown[2], slack, why, n == 1)


def _printed(claim: Mapping[str, Any]) -> str:
    """What is printed, in words: a mean of 20."""
    of = f" of {claim['of']}" if claim["of"] else ""
    return {
        "single": "one run",
        "best": f"the best{of or ' of several'}",
        "mean": f"a mean{of}",
        "median": f"a median{of}",
        "share": f"a share{of and of + ' runs'}",
        "bound": f"a bound: at {'most' if claim['direction'] == 'lower' else 'least'} this",
    }[claim["statistic"]]


def _reason(
    claim: Mapping[str, Any], values: np.ndarray, ours: tuple[float, float, float], lacking: int
) -> str:
    n, statistic = len(values), claim["statistic"]
    runs = several(n, "run")
    told = [number(x) if math.isfinite(x) else "never" for x in ours]
    ends = f"{told[1]} to {told[2]}" if ours[1] < math.inf and ours[2] > -math.inf else "none"
    kind = (
        f"95% interval {ends}"
        if statistic == "share" or (n >= FEWEST and statistic in ("mean", "median"))
        else f"range {ends}"
    )
    if n == 1 and statistic != "share":
        said = f"{told[0]} in one run"
    elif statistic == "share":
        said = f"{int((values >= 100).sum())} of {runs} ended at 100%, {kind}"
    elif statistic == "best":
        taken = min(n, claim["of"] or n)
        said = f"best of {'our' if taken == n else 'our first'} {several(taken, 'run')} {told[0]}"
    elif statistic == "bound":
        said = f"{runs}, {kind}"
    elif statistic == "single":
        good = int(
            (values <= claim["value"]).sum()
            if claim["direction"] == "lower"
            else (values >= claim["value"]).sum()
        )
        said = f"{'as high or higher' if claim['direction'] == 'equal' else 'as good or better'} in {good} of {runs}, {kind}"
    else:
        said = f"{statistic} of {runs} {told[0]}, {kind}"
    never = f", {lacking} of which never came so far" if lacking and n > 1 and statistic != "share" else ""
    return f"{said}{never}; printed: {_printed(claim)}"
