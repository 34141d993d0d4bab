"""How many times faster one machine is than another: over all entries, and by era and family.

Every machine is compared with every other one, so that a reader can choose the base.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import permutations
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from report import comparisons
from report.eras import era_of

if TYPE_CHECKING:
    from report.results import Results

#: With more machines than this that share questions, eras and families are compared with the first of them
#: alone.
EVERY_BASE = 8
COLUMNS = (
    *("machine", "base", "backends", "over", "group", "ratio", "low", "high"),
    *("cost", "entries", "questions", "least", "greatest"),
)
ALL = "all entries"

Question = tuple[Any, ...]


class Rates(NamedTuple):
    """The logarithms of n executions' rates: their mean, and its variance (nan for a single one)."""

    mean: float
    variance: float
    n: int


#: Question -> its rates on one machine.
Logarithms = dict[Question, Rates]


def speed_ups(results: Results) -> pd.DataFrame:
    """One row for each ordered pair of machines and group of entries, with the columns `COLUMNS`.

    `ratio` is the throughput of `machine` over that of `base`: a geometric mean over the group's entries, an
    entry's being the geometric mean over its questions that both answered. `low` and `high` are its 95%
    interval, from the spread of executions; None where a question has a single one. They hold for these
    entries. `least` and `greatest` are those of single entries: how much the entries differ. `cost` is what
    an example costs on `machine` over that on `base`; None if the prices are not known in one currency.
    """
    logarithms = _logarithms(results)
    backend = dict(zip(results.machines["machine"], results.machines["backend"], strict=True))
    shared = {
        (machine, base): both
        for machine, base in permutations([letter for letter in backend if letter in logarithms], 2)
        if (both := [question for question in logarithms[base] if question in logarithms[machine]])
    }
    letters = list(dict.fromkeys(machine for machine, _ in shared))
    rows: list[dict[str, Any]] = []
    for (machine, base), questions in shared.items():
        groups = {("all", ALL): questions}
        if len(letters) <= EVERY_BASE or base == letters[0]:
            groups |= _groups(results, questions)
        pair = {
            **{"machine": machine, "base": base},
            "backends": " / ".join(dict.fromkeys([backend[machine], backend[base]])),
        }
        for (over, group), some in groups.items():
            mean = _geometric_mean(logarithms[machine], logarithms[base], some)
            cost = _cost(results, machine, base, mean["ratio"])
            rows.append({**pair, "over": over, "group": group, **mean, "cost": cost})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def first_base(frame: pd.DataFrame) -> str:
    """The first machine that shares a question with another: the base where one has to be chosen."""
    return str(frame["machine"].iloc[0])


def against_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Of `speed_ups`, over all entries: each machine over the first one with which it shares questions.

    A machine has no row if it is itself the first of all that it shares questions with.
    """
    whole = frame[frame["over"] == "all"].drop_duplicates("machine")
    place = {letter: i for i, letter in enumerate(whole["machine"])}
    return whole[whole["base"].map(place) < whole["machine"].map(place)]


def _cost(results: Results, machine: str, base: str, ratio: float) -> float | None:
    priced = results.machines.set_index("machine")
    ours, theirs = priced.loc[machine], priced.loc[base]
    prices: list[Any] = [ours["price_per_hour"], theirs["price_per_hour"]]
    if pd.isna(prices).any() or ours["currency"] != theirs["currency"] or min(prices) <= 0:
        return None
    return float(prices[0] / prices[1] / ratio)


def _logarithms(results: Results) -> dict[str, Logarithms]:
    """By machine: of several sources that answer a question, the last to run counts."""
    found: dict[str, Logarithms] = {}
    for group in results.groups.sort_values("started", kind="stable").to_dict("records"):
        rate = results.group_rates.get(comparisons.key_of(group))
        if rate:
            asked = {**group, "question": results.specs[group["spec_id"]]["question"]}
            question = tuple(asked[name] for name in comparisons.SAME)
            logs = np.log(rate.values)
            variance = logs.var(ddof=1) / len(logs) if len(logs) > 1 else math.nan
            found.setdefault(group["machine"], {})[question] = Rates(logs.mean(), variance, len(logs))
    return found


def _groups(results: Results, questions: Sequence[Question]) -> dict[tuple[str, str], list[Question]]:
    """(era or family, its name) -> its questions, eras and families in the order of their first entries."""
    eras: dict[tuple[str, str], list[Question]] = {}
    families: dict[tuple[str, str], list[Question]] = {}
    rank = {id: i for i, id in enumerate(results.entries)}
    for question in sorted(questions, key=lambda question: rank[question[0]]):
        card = results.entries[question[0]]
        eras.setdefault(("era", era_of(card["year"]).title), []).append(question)
        families.setdefault(("family", card["family"]), []).append(question)
    return eras | families


def _geometric_mean(ours: Logarithms, theirs: Logarithms, questions: Sequence[Question]) -> Mapping[str, Any]:
    """The ratio over these questions with its interval, by Welch's formula for a sum of means.

    Each question weighs 1 / (entries x questions of its entry). Source: Welch, 1947; Satterthwaite, 1946.
    """
    of_entry: dict[str, list[Question]] = {}
    for question in questions:
        of_entry.setdefault(question[0], []).append(question)
    effects = {
        entry: fmean(ours[one].mean - theirs[one].mean for one in some) for entry, some in of_entry.items()
    }
    effect = fmean(effects.values())
    half = _half_width(
        [
            (1 / (len(of_entry) * len(some)), side[one])
            for some in of_entry.values()
            for one in some
            for side in (ours, theirs)
        ]
    )
    return {
        "ratio": math.exp(effect),
        "low": None if half is None else math.exp(effect - half),
        "high": None if half is None else math.exp(effect + half),
        "entries": len(of_entry),
        "questions": len(questions),
        "least": math.exp(min(effects.values())),
        "greatest": math.exp(max(effects.values())),
    }


def _half_width(weighted: Sequence[tuple[float, Rates]]) -> float | None:
    """Half of the 95% interval of a weighted sum of means; None if a mean is of a single value."""
    if any(rates.n < 2 for _, rates in weighted):
        return None
    variances = [weight**2 * rates.variance for weight, rates in weighted]
    total = sum(variances)
    if total == 0:
        return 0.0
    spread = sum(
        variance**2 / (rates.n - 1) for variance, (_, rates) in zip(variances, weighted, strict=True)
    )
    return float(stats.t.ppf(0.975, total**2 / spread)) * math.sqrt(total)
