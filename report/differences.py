"""What changed between two bundles, and whether it fails a gate: the same questions before and after.

`report.comparisons` compares machines on one page. Here each bundle is a side of its own, so that two bundles
of one machine, before and after a change of code or software, can be compared too.
"""

import math
import re
import statistics as samples
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats

from report import comparisons, statistics
from report.results import Results

#: Random splits of the first bundle from which the rate of false alarms is estimated.
SPLITS = 200
ACCURACY = "accuracy"
#: why a question of a bundle is not compared
NONE_ENDED_WELL = "no run ended well"
LOST = f"{NONE_ENDED_WELL} in the second bundle"
#: what two sides must have in common to be compared
KEY = (*comparisons.SAME, "backend")


@dataclass(frozen=True)
class Question:
    """What one bundle answers: an entry's recipe as asked, with what it ran on.

    `name` says so in words. `rates` has examples per second, one value per execution; `values` the headline
    measure, seed -> value, infinitely bad for a run that diverged. `busy`: other work disturbed the clocks.
    """

    name: str
    entry: str
    rates: tuple[float, ...]
    busy: bool
    measure: str
    unit: str
    higher_is_better: bool
    values: Mapping[int, float]


@dataclass(frozen=True)
class Side:
    """One bundle: its questions by what they have in common with the other side's, and those left out."""

    questions: dict[tuple[Any, ...], Question]
    left_out: dict[tuple[Any, ...], str]


Pairs = Sequence[tuple[Question, Question]]


def side(results: Results) -> Side:
    """The questions of one bundle, by entry, recipe, tier, question, precision, threads, devices and backend.

    If runs of several sources answer one question, the last to run counts. A question that several machines
    answered, or one of which no run ended well, is left out with the reason.
    """
    answers: dict[tuple[Any, ...], dict[str, dict[Any, Any]]] = {}
    for group in results.groups.sort_values("started", kind="stable").to_dict("records"):
        question = results.specs[group["spec_id"]]["question"]
        key = tuple({**group, "question": question}[name] for name in KEY)
        answers.setdefault(key, {})[group["machine"]] = group
    values: dict[tuple[Any, ...], dict[int, dict[Any, Any]]] = {}
    for row in results.headline_values.to_dict("records"):
        values.setdefault(comparisons.key_of(row), {})[row["seed"]] = row
    diverged: dict[tuple[Any, ...], set[int]] = {}
    for run in results.distinct_runs[results.distinct_runs["status"] == "diverged"].to_dict("records"):
        diverged.setdefault(comparisons.key_of(run), set()).add(run["seed"])
    questions, left_out = {}, {}
    for key, by_machine in answers.items():
        group = next(iter(by_machine.values()))
        if len(by_machine) > 1:
            left_out[key] = "measured on several machines"
        elif not group["ok"]:
            left_out[key] = NONE_ENDED_WELL
        else:
            questions[key] = _question(results, _name(key), group, values, diverged)
    return Side(questions, left_out)


def _question(
    results: Results,
    name: str,
    group: dict[Any, Any],
    values: Mapping[tuple[Any, ...], Mapping[int, dict[Any, Any]]],
    diverged: Mapping[tuple[Any, ...], set[int]],
) -> Question:
    rate = results.group_rates.get(comparisons.key_of(group))
    rows = values.get(comparisons.key_of(group), {})
    measured = next(iter(rows.values()), {"measure": "", "unit": ""})
    directions = {
        measure["name"]: measure["direction"] for measure in results.specs[group["spec_id"]]["measures"]
    }
    higher_is_better = directions.get(measured["measure"]) == "higher"
    worst = -math.inf if higher_is_better else math.inf
    return Question(
        name=name,
        entry=group["entry"],
        rates=rate.values if rate else (),
        busy=bool(rate and rate.busy),
        measure=measured["measure"],
        unit=measured["unit"],
        higher_is_better=higher_is_better,
        values={
            **dict.fromkeys(diverged.get(comparisons.key_of(group), ()), worst),
            **{seed: row["value"] for seed, row in rows.items()},
        },
    )


def paired(before: Side, after: Side) -> tuple[list[tuple[Question, Question]], list[tuple[str, str]]]:
    """The questions that both sides answer; and (name, reason) of each that cannot be compared.

    Backends are kept apart, unless the two sides have none in common: then they are what is compared.
    """
    backends = [{key[-1] for key in one.questions} for one in (before, after)]
    apart = not backends[0] & backends[1] and all(len(some) == 1 for some in backends)
    keys, others = (
        {(key[:-1] if apart else key): key for key in (*one.questions, *one.left_out)}
        for one in (before, after)
    )
    pairs, not_compared = [], []
    for short, key in keys.items():
        if short not in others:
            reason = f"the second bundle has no run of it{_nearest(key, list(others.values()))}"
        elif key in before.left_out:
            reason = f"{before.left_out[key]} in the first bundle"
        elif others[short] in after.left_out:
            reason = f"{after.left_out[others[short]]} in the second bundle"
        else:
            pairs.append((before.questions[key], after.questions[others[short]]))
            continue
        not_compared.append((_name(key), reason))
    not_compared += [
        (_name(key), f"the first bundle has no run of it{_nearest(key, list(keys.values()))}")
        for short, key in others.items()
        if short not in keys
    ]
    return pairs, not_compared


def _name(key: tuple[Any, ...]) -> str:
    asked = dict(zip(KEY, key, strict=True))
    ran = f"{asked['tier']}, {asked['backend']}, {asked['precision']}, threads {asked['threads']}"
    ran += f", devices {asked['devices']}" if asked["devices"] > 1 else ""
    return f"{asked['entry']} {asked['recipe']} ({ran})"


def _nearest(key: tuple[Any, ...], others: Sequence[tuple[Any, ...]]) -> str:
    """What the nearest question of the other side with the same recipe has otherwise, in brackets."""
    same = [other for other in others if other[: len(comparisons.NAME)] == key[: len(comparisons.NAME)]]
    if not same:
        return ""
    other = min(same, key=lambda one: sum(a != b for a, b in zip(key, one, strict=True)))
    unlike = [name for name, a, b in zip(KEY, key, other, strict=True) if a != b]
    words = {"question": "another recipe or other data"}
    return f" (it has one with {', '.join(words.get(name, f'other {name}') for name in unlike)})"


def speeds(pairs: Pairs) -> list[statistics.Comparison | None]:
    """Throughput after over before; None where a side has no clock."""
    return [statistics.compare(after.rates, before.rates, ratio=True) for before, after in pairs]


def measures(pairs: Pairs) -> list[statistics.Comparison | None]:
    """The headline measure after minus before; None where a side has none, or another one."""
    return [
        statistics.compare_seeds(after.values, before.values) if before.measure == after.measure else None
        for before, after in pairs
    ]


@dataclass(frozen=True)
class Outcome:
    """What a gate says: a sentence for each failure, and how many questions had runs enough to fail it."""

    sentences: list[str]
    testable: int


def worse(pairs: Pairs) -> Outcome:
    """Which questions' headline measures got worse, at a false discovery rate of 5%."""
    compared = measures(pairs)
    sentences = []
    for (before, after), change, shown in zip(pairs, compared, statistics.significant(compared), strict=True):
        if change and shown and change.effect and (change.effect < 0) == before.higher_is_better:
            sentences.append(
                f"{after.name}: {before.measure} {_median(before)} before, {_median(after)} after "
                f"(p = {change.p:.2g})"
            )
    return Outcome(sentences, _testable(compared))


def _testable(compared: Sequence[statistics.Comparison | None]) -> int:
    return sum(bool(one and one.enough) for one in compared)


def _median(question: Question) -> str:
    return f"{samples.median(question.values.values()):.4g} {question.unit}".strip()


def slower(pairs: Pairs, percent: float) -> Outcome:
    """Which questions got slower by more than `percent`, and whether the entries together did.

    A question is slower if its rates are shown to lie below those before, less `percent`, by the exact
    rank-sum test at a false discovery rate of 5%: that takes four executions a side or more. All together are
    slower if the entries' ratios, each the geometric mean over its recipes, are shown to lie below that, by
    the exact signed-rank test at 5%: that takes six entries or more.
    """
    bound = 1 - percent / 100
    tested = [
        statistics.compare(after.rates, [rate * bound for rate in before.rates], ratio=True)
        for before, after in pairs
    ]
    sentences = []
    for (before, after), compared, shown in zip(pairs, tested, statistics.significant(tested), strict=True):
        if compared and shown and compared.effect < 1:
            sentences.append(
                f"{after.name}: {compared.effect * bound:.3f} times as fast as before "
                f"({len(before.rates)} and {len(after.rates)} executions, p = {compared.p:.2g})"
            )
    ratios = list(ratio_of_entries(pairs).values())
    together = statistics.compare_pairs([(ratio, bound) for ratio in ratios], ratio=True)
    if together and together.p <= statistics.ALPHA and together.effect < 1:
        sentences.append(
            f"all {len(ratios)} entries together: {together.effect * bound:.3f} times as fast as before "
            f"(p = {together.p:.2g})"
        )
    return Outcome(sentences, _testable(tested))


def ratio_of_entries(pairs: Pairs) -> dict[str, float]:
    """Entry -> speed after / before: the geometric mean over its recipes of the ratios of medians."""
    logarithms: dict[str, list[float]] = {}
    for before, after in pairs:
        if before.rates and after.rates:
            ratio = samples.median(after.rates) / samples.median(before.rates)
            logarithms.setdefault(before.entry, []).append(math.log(ratio))
    return {entry: math.exp(samples.fmean(some)) for entry, some in logarithms.items()}


Gate = Callable[[Pairs], Outcome]


def gates(conditions: str) -> dict[str, Gate]:
    """The gates of `--fail-on`, such as `slower:5%,accuracy`: condition -> its gate.

    Raises ValueError for a condition that is not known.
    """
    known: dict[str, Gate] = {}
    for condition in conditions.split(","):
        match = re.fullmatch(r"slower:(\d+(?:\.\d+)?)%", condition)
        if match and float(match[1]) < 100:
            known[condition] = _slower_by(float(match[1]))
        elif condition == ACCURACY:
            known[condition] = worse
        else:
            raise ValueError(
                f"--fail-on: unknown condition {condition!r}; the conditions are slower:PERCENT%, such as "
                f"slower:5%, and {ACCURACY}, joined by commas"
            )
    return known


def _slower_by(percent: float) -> Gate:
    return lambda pairs: slower(pairs, percent)


def false_alarms(questions: Sequence[Question], gate: Gate, splits: int = SPLITS) -> int:
    """How often a gate fails between random halves of one bundle, in which nothing has changed.

    The halves are of each question's executions, and of its seeds. They hold half as many values as the
    comparison itself, and they were measured in one go: what differs from day to day is not in them.
    """
    random = np.random.default_rng(0)
    alarms = 0
    for _ in range(splits):
        halves = [_halves(question, random) for question in questions]
        alarms += bool(gate(halves).sentences)
    return alarms


def _halves(question: Question, random: np.random.Generator) -> tuple[Question, Question]:
    rates = random.permutation(np.array(question.rates, dtype=float)).tolist()
    seeds = random.permutation(np.array(list(question.values), dtype=int)).tolist()
    parts = [(rates[i::2], {seed: question.values[seed] for seed in seeds[i::2]}) for i in (0, 1)]
    first, second = (replace(question, rates=tuple(some), values=values) for some, values in parts)
    return first, second


def at_most(alarms: int, splits: int) -> float:
    """The upper end of the exact one-sided 95% interval of a share (Clopper and Pearson, 1934)."""
    return 1.0 if alarms == splits else float(stats.beta.ppf(0.95, alarms + 1, splits - alarms))
