"""The verdict on a claim: the whole policy, and every word of it that the report prints.

A printed number is judged in kind, within the tolerance that follows from what is known about it (`judge`);
then the recipe and the unit may make the answer partial or not comparable (`judge_runs`); a claim that no run
answers gets its reason here too (`why_unanswered`), and so does a run compared with a record
(`beside_record`).
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.records import in_words
from report import statistics
from report.formats import number, several
from report.statistics import FEWEST

VERDICTS = ("reproduced", "exceeded", "missed", "partial", "not comparable")
#: why claims are not compared, by kind
NOT_RUN = "not run here"
FAILED = "no run ended well"
NOT_MEASURED = "not measured"
PROTOCOL = "other protocol"
CARD_SAYS = "ruled out by the card"
UNANSWERED = (NOT_RUN, FAILED, NOT_MEASURED, PROTOCOL, CARD_SAYS)


@dataclass(frozen=True)
class Judgement:
    """What runs say about a claim.

    `ours` is our number of the claim's kind, with its interval or range; None where it is infinite.
    `tolerance` is in the claim's unit. `indicative` marks a verdict on a single run of ours. `reached`, null
    except for *partial* verdicts, says whether the shorter recipe reached the number.
    """

    verdict: str
    reason: str
    ours: float | None
    low: float | None
    high: float | None
    tolerance: float
    tolerance_why: str
    indicative: bool
    reached: bool | None = None


def judge_runs(
    claim: Mapping[str, Any], values: Sequence[float], recipe: Mapping[str, Any], unit: str
) -> Judgement:
    """The verdict on a claim from the final values of one group of seeds: `judge`, then unit and recipe.

    `recipe` has the form of `cards.recipe`; `unit` is that of the values.
    """
    step = recipe["evaluate_every"] if claim["metric"] == "epochs_to_criterion" else 0
    judgement = judge(claim, values, step)
    if unit != claim["unit"]:
        reason = f"the claim is in {claim['unit'] or 'no unit'}, the measure in {unit or 'no unit'}"
        return dataclasses.replace(judgement, verdict="not comparable", reason=reason, indicative=False)
    if recipe["limit"] is not None:
        reason = f"trained on only {recipe['limit']:,} examples"
        return dataclasses.replace(judgement, verdict="not comparable", reason=reason, indicative=False)
    if recipe["shortened"]:
        reached = judgement.verdict != "missed"
        words = "reached" if reached else "not reached"
        reason = f"{words} by a shorter recipe ({recipe['shortened']}): {judgement.reason}"
        return dataclasses.replace(judgement, verdict="partial", reason=reason, reached=reached)
    return judgement


def why_unanswered(
    claim: Mapping[str, Any], statuses: Mapping[str, int] | None, measured: bool
) -> tuple[str, str]:
    """Why no run answers a claim: one of `UNANSWERED`, and the reason in words.

    `statuses` counts the statuses of the runs on its data set and variant, None if there are no such runs;
    `measured` says whether any of them has final measures.
    """
    data = claim["dataset"] + (f", variant {claim['variant']}" if claim["variant"] else "")
    if statuses is None:
        return NOT_RUN, f"no run on this data set in these results ({data})"
    if measured:
        return NOT_MEASURED, f"the runs on {data} do not report {in_words(claim['metric'])}"
    counts = ", ".join(f"{n} {status}" for status, n in sorted(statuses.items()))
    return FAILED, f"no run on {data} ended well ({counts})"


def beside_record(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Verdict and reason of a row of `claims` whose time or operations are shown next to a record's.

    Times compare only if the claimed value was reached.
    """
    verdict, reason = answer["verdict"], answer["reason"]
    if not answer["n"]:
        return "not comparable", reason
    if verdict == "missed" or (verdict == "partial" and not answer["reached"]):
        claimed = f"{answer['claimed']:g}{answer['unit']}"
        return "not comparable", f"the claimed {claimed} was not reached: {reason}"
    return verdict, reason


def tolerance(claim: Mapping[str, Any], step: float = 0.0) -> tuple[float, str]:
    """How far a run may lie from the printed number and still agree with it, in the claim's unit; and why.

    It is half a unit of the last printed digit, plus the root of the sum of squares of the known standard
    errors: sqrt(p (1 - p) / n) for a percentage counted on `test_size` items (for a share, on its `of` runs);
    and for a printed spread s over runs, s for a single run or the best, s / sqrt(of) for a mean, 1.25 times
    that for a median. One standard error is used, not the 1.96 of an interval: our runs are mostly scored on
    the same items, so much of the sampling error is common to both. Counted on n items, 0% and 100% have a
    standard error of 0, which says nothing; there the 95% limit 1 - 0.05^(1/n) is used, about 3 / n (the rule
    of three).

    `step` is the resolution of our own measure: a time to a criterion that is checked every `step` epochs is
    too large by up to that. A claim's own `tolerance` replaces all this.
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
    """Our number of the claim's kind, and the ends of its 95% interval (or range, below `FEWEST` runs)."""
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
        low, high = mean - half, mean + half
        if claim["unit"] == "%" and least >= 0 and most <= 100:
            # Student's interval knows nothing of the ends of the scale.
            low, high = max(low, 0.0), min(high, 100.0)
        return mean, low, high
    if claim["statistic"] in ("best", "bound"):
        # The best of as many of ours as were tried; for a bound, the run that comes nearest to breaking it.
        some = values[: claim["of"]] if claim["statistic"] == "best" else values
        lower = (claim["direction"] == "lower") == (claim["statistic"] == "best")
        return float(some.min() if lower else some.max()), least, most
    middle = float(np.median(values))
    if claim["statistic"] == "median" and n >= FEWEST:
        estimate = statistics.median(values.tolist())
        if estimate and estimate.low is not None and estimate.high is not None:
            return middle, estimate.low, estimate.high
        return middle, least, most
    # One more run would fall here in 95% of cases. Up to 79 runs this is the range, with (n - 1) / (n + 1).
    rank = max(1, math.floor(0.025 * (n + 1)))
    ordered = np.sort(values)
    return middle, float(ordered[rank - 1]), float(ordered[-rank])


def _narrow(claim: Mapping[str, Any], ends: tuple[float, float], slack: float) -> bool:
    """Whether an interval lies between half and twice the printed number.

    For a percentage its distance to the nearer end of the scale counts.
    """
    value = float(claim["value"])
    end = 100.0 if claim["unit"] == "%" and value > 50 else 0.0

    def near(x: float) -> bool:
        return abs(x - value) <= slack or (value != end and 0.5 <= (x - end) / (value - end) <= 2)

    return near(ends[0]) and near(ends[1])


def judge(claim: Mapping[str, Any], values: Sequence[float], step: float = 0.0) -> Judgement:
    """The verdict on a claim (`cards.claim`) from the final test values of its recipe, one per seed, by seed.

    Values are infinite (minus infinity where more is better) for runs that never reached the criterion.
    `step` is as in `tolerance`.

    The printed number is compared with ours of the same kind: a mean with our mean, a median with our median,
    each with its 95% interval (Student's t, exact for normal errors, and means of runs are nearly normal;
    order statistics); a share with the share of our runs that end at 100%, with the exact binomial interval
    of Clopper and Pearson; a single published run with the distribution of ours, where one more run would
    fall; the best of m with the best of our first m (of fewer, if there are fewer); a bound with every run.
    Below six runs no interval of a mean, median or single run is stated; the range of the runs takes its
    place.

    *Exceeded*: the whole interval or range is better than the printed number by more than the tolerance; so
    with fewer than six runs, or against a best, even the worst seed is. A share needs its lower limit to be.
    A claim with direction "equal", and a bound, cannot be exceeded.

    *Reproduced*: our number is as good as the printed one, within the tolerance; or it is worse, but the
    printed number lies in our interval or range, widened by the tolerance, and that is narrow enough to say
    something: between half the number and twice it (for a percentage its distance to the nearer end: 99%
    right is judged like 1% wrong). So one failed seed of three makes a mean miss, and failures never
    reproduce anything by their spread. Only a single published time to a criterion is judged by its rank
    alone, since such times naturally spread over decades. The best of m is reproduced if our best reproduces
    it; a bound if every run keeps it; "equal" only within the tolerance or such an interval, on either side.

    *Missed*: everything else, including every single number, mean or median for which at least half of our
    runs never reached the criterion. Without values the verdict is *not comparable*.
    """
    slack, why = tolerance(claim, step)
    n = len(values)
    if not n:
        reason = "no run on this data set ended with this measure"
        return Judgement("not comparable", reason, None, None, None, slack, why, False)
    array = np.asarray(values, dtype=np.float64)
    statistic, equal = claim["statistic"], claim["direction"] == "equal"
    unreached = int(np.isinf(array).sum())
    ours, low, high = _ours(claim, array)

    def gain(value: float) -> float:
        """How much better than the printed number; negative is worse."""
        return (value - claim["value"]) * (-1 if claim["direction"] == "lower" else 1)

    # A rounding error in the last bit is not a difference.
    slack_and_bit = slack + 1e-9 * max(1e-3, abs(claim["value"]))
    worst, best = sorted((gain(low), gain(high)))
    inside = worst <= slack_and_bit and best >= -slack_and_bit
    timed = statistic == "single" and claim["metric"] == "epochs_to_criterion"
    close = abs(gain(ours)) <= slack_and_bit if equal else gain(ours) >= -slack_and_bit
    if statistic in ("single", "mean", "median") and 2 * unreached >= n:
        verdict = "missed"
    elif statistic == "bound":
        verdict = "reproduced" if worst >= -slack_and_bit else "missed"
    elif not equal and worst > slack_and_bit:
        verdict = "exceeded"
    elif close or (statistic != "best" and inside and (timed or _narrow(claim, (low, high), slack_and_bit))):
        verdict = "reproduced"
    else:
        verdict = "missed"
    reason = _reason(claim, array, (ours, low, high), slack_and_bit)
    shown = [x if math.isfinite(x) else None for x in (ours, low, high)]
    return Judgement(verdict, reason, shown[0], shown[1], shown[2], slack, why, n == 1)


def _printed(claim: Mapping[str, Any]) -> str:
    """What kind of number is printed, in words: a mean of 20."""
    of = f" of {claim['of']}" if claim["of"] else ""
    kind = {
        "single": "one run",
        "best": f"the best{of or ' of several'}",
        "mean": f"a mean{of}",
        "median": f"a median{of}",
        "share": f"a share{of and of + ' runs'}",
        "bound": f"a bound: at {'most' if claim['direction'] == 'lower' else 'least'} this",
    }[claim["statistic"]]
    return kind + (", two-sided" if claim["direction"] == "equal" else "")


def _reason(
    claim: Mapping[str, Any], values: np.ndarray, ours: tuple[float, float, float], slack: float
) -> str:
    """What our runs gave, and what kind of number is printed."""
    n, statistic, direction = len(values), claim["statistic"], claim["direction"]
    runs = several(n, "run")
    unreached = int(np.isinf(values).sum())
    low, high = (number(x) if math.isfinite(x) else "never" for x in ours[1:])
    middle = number(ours[0]) if math.isfinite(ours[0]) else "not reached"
    exact = statistic == "share" or (n >= FEWEST and statistic in ("mean", "median"))
    spread = f"{'95% interval' if exact else 'range'} {low} to {high}"
    if unreached == n and statistic != "share":
        result = "the run never reached the criterion" if n == 1 else f"none of {runs} reached the criterion"
    elif n == 1 and statistic != "share":
        result = f"{middle} in one run"
    elif statistic == "share":
        result = f"{int((values >= 100).sum())} of {runs} ended at 100%, {spread}"
    elif statistic == "best":
        tried = min(n, claim["of"] or n)
        result = f"best of {'our' if tried == n else 'our first'} {several(tried, 'run')} {middle}"
    elif statistic == "bound":
        result = f"{runs}, {spread}"
    elif statistic == "single" and direction == "equal":
        agreeing = int((np.abs(values - claim["value"]) <= slack).sum())
        result = f"within the tolerance in {agreeing} of {runs}, {spread}"
    elif statistic == "single":
        good = values <= claim["value"] if direction == "lower" else values >= claim["value"]
        result = f"as good or better in {int(good.sum())} of {runs}, {spread}"
    else:
        result = f"{statistic} of {runs} {middle}, {spread}"
    if 0 < unreached < n and statistic != "share":
        result += f", {unreached} of them never reached the criterion"
    return f"{result}; printed: {_printed(claim)}"
