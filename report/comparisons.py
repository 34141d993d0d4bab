"""The same questions on several machines: throughputs and test measures, pair by pair."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.records import clip
from report import rates, statistics
from report.formats import listed
from report.grouping import GROUP

if TYPE_CHECKING:
    from report.results import Results

#: a row of `results.groups`, with `question`; and the groups of two machines that answer one question
Group = dict[Any, Any]
Pair = tuple[Group, Group]

#: what both sides of a comparison share: the question and how it was computed; the backend may differ
SAME = ("entry", "recipe", "tier", "question", "precision", "threads", "devices")
#: the part of it that makes a recipe's name
NAME = SAME[:3]
SHARED_COLUMNS = (
    *("entry", "recipe", "tier", "precision", "threads", "devices"),
    *("machines", "backends", "apart"),
)
SPEED_COLUMNS = (
    *SHARED_COLUMNS,
    *("this", "other", "ratio", "low", "high", "p", "n", "m", "load", "finding"),
)
MEASURE_COLUMNS = (
    *(*SHARED_COLUMNS, "measure", "unit", "this", "other"),
    *("difference", "low", "high", "p", "n", "m", "pairs", "identical", "finding"),
)


@dataclass(frozen=True)
class Compared:
    """Everything that can be compared between machines.

    `speed` and `measures` have one row per question and machine but the first that answered it, with which
    it is compared; `pairs` has one row per pair of machines that were so compared. `not_compared` has the
    questions that cannot be compared although several machines ran a recipe of that name, with the reason.
    `only_on` counts, by machine, the recipes that no other machine ran, and `alone` has the machines of which
    no question can be compared.
    """

    pairs: pd.DataFrame
    speed: pd.DataFrame
    measures: pd.DataFrame
    not_compared: pd.DataFrame
    only_on: dict[str, int]
    alone: list[str]


def compare(results: Results) -> Compared:
    """Compares every machine with the first one, in the order of their letters.

    If the first machine lacks a question, the first machine that has it takes its place. All pairs of many
    machines would be too many tests to take, and to read: `report.speed_ups` has every pair.
    """
    if len(results.machines) < 2:
        empty = pd.DataFrame()
        return Compared(empty, empty, empty, empty, {}, [])
    answers = _answers(results)
    pairs: list[Pair] = []
    for by_machine in answers.values():
        ok = [group for group in by_machine.values() if group["ok"]]
        pairs += [(group, ok[0]) for group in ok[1:]]
    order = {letter: i for i, letter in enumerate(results.machines["machine"])}
    pairs.sort(key=lambda pair: (order[pair[1]["machine"]], order[pair[0]["machine"]]))
    speed, measures = _speed(results, pairs), _measures(results, pairs)
    not_compared, only_on = _not_compared(results, answers)
    by_machines = _by_machines(pairs, speed, measures)
    compared = {group["machine"] for pair in pairs for group in pair}
    alone = [letter for letter in order if letter not in compared]
    return Compared(by_machines, speed, measures, not_compared, only_on, alone)


def _answers(results: Results) -> dict[tuple[Any, ...], dict[str, Group]]:
    """`SAME` -> machine letter, in order -> the group that answers; of several sources the last to run."""
    groups = results.groups.assign(
        question=[results.specs[id]["question"] for id in results.groups["spec_id"]],
        ended_well=results.groups["ok"] > 0,
    )
    latest: dict[tuple[Any, ...], dict[str, Group]] = {}
    for group in groups.sort_values(["ended_well", "started"], kind="stable").to_dict("records"):
        latest.setdefault(tuple(group[key] for key in SAME), {})[group["machine"]] = group
    letters = results.machines["machine"].tolist()
    questions = dict.fromkeys(tuple(group[key] for key in SAME) for group in groups.to_dict("records"))
    return {
        question: {letter: latest[question][letter] for letter in letters if letter in latest[question]}
        for question in questions
    }


def _shared(ours: Group, theirs: Group) -> dict[str, Any]:
    """`SHARED_COLUMNS` of a comparison."""
    apart = []
    if ours["source_sha256"] != theirs["source_sha256"]:
        apart.append("source")
    if ours["matmul_precision"] != theirs["matmul_precision"]:
        precisions = [side["matmul_precision"] or "unknown" for side in (ours, theirs)]
        apart.append(f"products in {' / '.join(precisions)}")
    return {
        **{key: ours[key] for key in ("entry", "recipe", "tier", "precision", "threads", "devices")},
        "machines": f"{ours['machine']} / {theirs['machine']}",
        "backends": " / ".join(dict.fromkeys([ours["backend"], theirs["backend"]])),
        "apart": "; ".join(apart),
    }


def key_of(group: Group) -> tuple[Any, ...]:
    """The values of `GROUP`, by which rates and measures are found."""
    return tuple(group[key] for key in GROUP)


def effect(compared: statistics.Comparison) -> float | None:
    """The effect, where it is finite: a run that never reached its criterion counts as infinite."""
    return compared.effect if math.isfinite(compared.effect) else None


def _speed(results: Results, pairs: Sequence[Pair]) -> pd.DataFrame:
    """Throughput of both sides and their ratio; the units are executions."""
    rows, compared = [], []
    for ours, theirs in pairs:
        a, b = results.group_rates.get(key_of(ours)), results.group_rates.get(key_of(theirs))
        ratio = statistics.compare(a.values, b.values, ratio=True) if a and b else None
        if a and b and ratio:
            rows.append(
                {
                    **_shared(ours, theirs),
                    **{"this": a.estimate.median, "other": b.estimate.median, "ratio": effect(ratio)},
                    **{"low": ratio.low, "high": ratio.high, "p": ratio.p, "n": ratio.n, "m": ratio.m},
                    "load": " / ".join(dict.fromkeys([rates.load(a.disturbed), rates.load(b.disturbed)])),
                }
            )
            compared.append(ratio)
    frame = pd.DataFrame(rows, columns=list(SPEED_COLUMNS)).assign(finding=statistics.findings(compared))
    return _ordered(results, frame)


def _measures(results: Results, pairs: Sequence[Pair]) -> pd.DataFrame:
    """The headline measure of both sides, its difference, and how many seeds gave identical weights."""
    values: dict[tuple[Any, ...], dict[int, Group]] = {}
    for row in results.headline_values.to_dict("records"):
        values.setdefault(key_of(row), {})[row["seed"]] = row
    rows, compared = [], []
    for ours, theirs in pairs:
        a, b = values.get(key_of(ours), {}), values.get(key_of(theirs), {})
        difference = statistics.compare_seeds(
            *({seed: row["value"] for seed, row in side.items()} for side in (a, b))
        )
        if not difference:
            continue
        measured = next(iter(a.values()))
        both = [seed for seed in a if seed in b]
        this, other = (statistics.median([row["value"] for row in side.values()]) for side in (a, b))
        rows.append(
            {
                **_shared(ours, theirs),
                **{"measure": measured["measure"], "unit": measured["unit"]},
                **{"this": this.median if this else None, "other": other.median if other else None},
                **{"difference": effect(difference), "low": difference.low, "high": difference.high},
                **{"p": difference.p, "n": len(a), "m": len(b), "pairs": len(both)},
                "identical": sum(
                    a[seed]["weights_sha256"] == b[seed]["weights_sha256"] != "" for seed in both
                ),
            }
        )
        compared.append(difference)
    frame = pd.DataFrame(rows, columns=list(MEASURE_COLUMNS)).assign(finding=statistics.findings(compared))
    return _ordered(results, frame)


def _ordered(results: Results, frame: pd.DataFrame) -> pd.DataFrame:
    """By entry, tier and recipe; the order of the pairs is kept."""
    return results.in_order(frame.assign(machine="")).drop(columns="machine") if len(frame) else frame


def _by_machines(pairs: Sequence[Pair], speed: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """One row per pair of machines: how many questions were compared, and with what findings."""
    names = dict.fromkeys(f"{ours['machine']} / {theirs['machine']}" for ours, theirs in pairs)
    speed_of, measures_of = (dict(list(frame.groupby("machines", sort=False))) for frame in (speed, measures))
    rows = []
    for name in names:
        ratios, differences = speed_of.get(name, speed.iloc[:0]), measures_of.get(name, measures.iloc[:0])
        speed_findings, measure_findings = Counter(ratios["finding"]), Counter(differences["finding"])
        rows.append(
            {
                "machines": name,
                "timed": len(ratios),
                **{"lower": ratios["ratio"].quantile(0.25), "ratio": ratios["ratio"].median()},
                **{"upper": ratios["ratio"].quantile(0.75)},
                "faster": speed_findings["faster"],
                "slower": speed_findings["slower"],
                "no_news": speed_findings[statistics.NONE_THAT_MATTERS],
                "none_shown": speed_findings[statistics.NONE_SHOWN],
                "few": speed_findings[statistics.NOT_ENOUGH],
                "busy": int(ratios["load"].str.contains("busy").sum()),
                "measured": len(differences),
                "identical": measure_findings[statistics.IDENTICAL],
                "differ": measure_findings["differ"],
                "alike": measure_findings[statistics.NONE_SHOWN],
                "few_measures": measure_findings[statistics.NOT_ENOUGH],
                "weights": int(differences["identical"].sum()),
                "pairs": int(differences["pairs"].sum()),
            }
        )
    columns = [
        *("machines", "timed", "lower", "ratio", "upper"),
        *("faster", "slower", "no_news", "none_shown", "few", "busy"),
        *("measured", "identical", "differ", "alike", "few_measures", "weights", "pairs"),
    ]
    return pd.DataFrame(rows, columns=columns)


def _not_compared(
    results: Results, answers: dict[tuple[Any, ...], dict[str, Group]]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """`Compared.not_compared` and `Compared.only_on`."""
    names: dict[tuple[Any, ...], dict[tuple[Any, ...], dict[str, Group]]] = {}
    for question, by_machine in answers.items():
        names.setdefault(question[: len(NAME)], {})[question] = by_machine
    machines_of: dict[tuple[Any, ...], set[str]] = {}
    only_on: Counter[str] = Counter()
    for name, questions in names.items():
        if len({letter for by_machine in questions.values() for letter in by_machine}) == 1:
            only_on[next(iter(next(iter(questions.values()))))] += 1
            continue
        for question, by_machine in questions.items():
            failed = [letter for letter, group in by_machine.items() if not group["ok"]]
            if len(by_machine) > 1 and failed:
                machines_of.setdefault((*name, "no run ended well"), set()).update(failed)
            if len(by_machine) == 1:
                letter = next(iter(by_machine))
                others = [
                    other for other, theirs in questions.items() if any(one != letter for one in theirs)
                ]
                nearest = min(
                    others, key=lambda other: sum(a != b for a, b in zip(question, other, strict=True))
                )
                reason = _reason(results, questions, question, nearest)
                machines_of.setdefault((*name, reason), set()).add(letter)
    order = {letter: i for i, letter in enumerate(results.machines["machine"])}
    rows = [
        {
            **dict(zip((*NAME, "reason"), key, strict=True)),
            "machines": ", ".join(sorted(machines, key=order.__getitem__)),
        }
        for key, machines in machines_of.items()
    ]
    frame = pd.DataFrame(rows, columns=[*NAME, "machines", "reason"])
    return _ordered(results, frame), {letter: only_on[letter] for letter in order if only_on[letter]}


def _reason(
    results: Results,
    questions: dict[tuple[Any, ...], dict[str, Group]],
    question: tuple[Any, ...],
    other: tuple[Any, ...],
) -> str:
    """What keeps two questions with one recipe name apart, in words that are the same from either side."""
    reasons = []
    ours, theirs = dict(zip(SAME, question, strict=True)), dict(zip(SAME, other, strict=True))
    if ours["question"] != theirs["question"]:
        specs = [results.specs[next(iter(questions[key].values()))["spec_id"]] for key in (question, other)]
        what = "other data" if specs[0]["data"] != specs[1]["data"] else "other recipe"
        versions = sorted({spec["version"] for spec in specs} - {""})
        reasons.append(f"{what} ({clip(listed(versions), 200)})" if versions else what)
    for name in ("precision", "threads", "devices"):
        if ours[name] != theirs[name]:
            values = [str(value) for value in sorted((ours[name], theirs[name]))]
            reasons.append(f"other {name} ({listed(values)})")
    return " and ".join(reasons)
