"""Tables of comparisons: the same questions on several machines, and the contenders of the speed benchmark."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from report import rates, statistics
from report.table import Column, Table
from report.text import clean, clip, listed

if TYPE_CHECKING:
    from report.results import Results

FROM_AND_TO = "From and to: its exact interval of at least 95%, or where the runs are too few for one, the range of the differences."
#: what both sides of a comparison share: the question and how it was computed; the backend may differ
SAME = ("entry", "recipe", "tier", "question", "precision", "threads")
NAMED = ("entry", "recipe", "tier")
SPEED = (
    *("entry", "recipe", "tier", "precision", "threads", "machines", "backends", "apart", "this", "other"),
    *("ratio", "low", "high", "p", "n", "m", "load", "finding"),
)
MEASURES = (
    *(
        "entry",
        "recipe",
        "tier",
        "precision",
        "threads",
        "machines",
        "backends",
        "apart",
        "measure",
        "unit",
        "this",
        "other",
    ),
    *("difference", "low", "high", "p", "n", "m", "pairs", "identical", "finding"),
)


@dataclass(frozen=True)
class Compared:
    """All that can be compared between machines: one row per question and pair of machines in `speed` and `measures`, one per pair in `pairs`.

    `left` has what cannot be compared though several machines ran a recipe of that name, with the reason; `alone` counts, by machine,
    recipes that it alone ran.
    """

    pairs: pd.DataFrame
    speed: pd.DataFrame
    measures: pd.DataFrame
    left: pd.DataFrame
    alone: dict[str, int]


def compare(results: Results) -> Compared:
    """Every machine against the first, in the order of their letters; where that lacks a question, against the first machine that has it."""
    if len(results.machines) < 2:
        empty = pd.DataFrame()
        return Compared(empty, empty, empty, empty, {})
    sides = _sides(results)
    pairs = []
    for machines in sides.values():
        ok = [side for side in machines.values() if side["ok"]]
        pairs += [(side, ok[0]) for side in ok[1:]]
    order = {letter: i for i, letter in enumerate(results.machines["machine"])}
    pairs.sort(key=lambda pair: (order[pair[1]["machine"]], order[pair[0]["machine"]]))
    speed, measures = _speed(results, pairs), _measures(results, pairs)
    left, alone = _left(results, sides)
    return Compared(_summary(pairs, speed, measures), speed, measures, left, alone)


def _sides(results: Results) -> dict[tuple[Any, ...], dict[str, dict[Any, Any]]]:
    """What was asked -> machine, in the order of their letters -> the group of runs that answers; of several sources the one that ran last."""
    groups = results.groups.assign(
        question=[results.specs[id]["question"] for id in results.groups["spec_id"]],
        good=results.groups["ok"] > 0,
    )
    found: dict[tuple[Any, ...], dict[str, dict[Any, Any]]] = {}
    for group in groups.sort_values(["good", "started"], kind="stable").to_dict("records"):
        found.setdefault(tuple(group[key] for key in SAME), {})[group["machine"]] = group
    letters = results.machines["machine"].tolist()
    keys = {tuple(group[key] for key in SAME): None for group in groups.to_dict("records")}
    return {key: {letter: found[key][letter] for letter in letters if letter in found[key]} for key in keys}


def _told(ours: dict[Any, Any], theirs: dict[Any, Any]) -> dict[Any, Any]:
    """The columns that both tables of comparisons begin with."""
    apart = []
    if ours["source_sha256"] != theirs["source_sha256"]:
        apart.append("source")
    if ours["matmul_precision"] != theirs["matmul_precision"]:
        apart.append(
            f"products in {ours['matmul_precision'] or 'unknown'} / {theirs['matmul_precision'] or 'unknown'}"
        )
    backends = [ours["backend"], theirs["backend"]]
    return {
        **{key: ours[key] for key in ("entry", "recipe", "tier", "precision", "threads")},
        "machines": f"{ours['machine']} / {theirs['machine']}",
        "backends": " / ".join(dict.fromkeys(backends)),
        "apart": "; ".join(apart),
    }


def _key(group: dict[Any, Any]) -> tuple[Any, ...]:
    from report.results import GROUP

    return tuple(group[key] for key in GROUP)


def _finite(found: statistics.Comparison) -> dict[Any, float | None]:
    return {
        "effect": found.effect if math.isfinite(found.effect) else None,
        "low": found.low,
        "high": found.high,
    }


def _speed(results: Results, pairs: Sequence[tuple[dict[Any, Any], dict[Any, Any]]]) -> pd.DataFrame:
    """Throughput of both sides and their ratio; the units are executions."""
    rows, found = [], []
    for ours, theirs in pairs:
        a, b = results.rated.get(_key(ours)), results.rated.get(_key(theirs))
        one = statistics.compare(a.values, b.values, ratio=True) if a and b else None
        if a and b and one:
            load = " / ".join(dict.fromkeys([rates.load(a.disturbed), rates.load(b.disturbed)]))
            effect = _finite(one)
            row = {
                **_told(ours, theirs),
                "this": a.estimate.median,
                "other": b.estimate.median,
                "ratio": effect.pop("effect"),
                **effect,
            }
            rows.append({**row, "p": one.p, "n": one.n, "m": one.m, "load": load})
            found.append(one)
    frame = pd.DataFrame(rows, columns=list(SPEED)).assign(finding=statistics.findings(found))
    return _ordered(results, frame)


def _measures(results: Results, pairs: Sequence[tuple[dict[Any, Any], dict[Any, Any]]]) -> pd.DataFrame:
    """First test measure of both sides, its difference, and how many of the seeds that both have ended in identical weights."""
    from report.results import GROUP

    values: dict[tuple[Any, ...], dict[int, dict[Any, Any]]] = {}
    for row in results.first.to_dict("records"):
        values.setdefault(tuple(row[key] for key in GROUP), {})[row["seed"]] = row
    rows, found = [], []
    for ours, theirs in pairs:
        a, b = values.get(_key(ours), {}), values.get(_key(theirs), {})
        one = statistics.compare_seeds(
            *({seed: row["value"] for seed, row in side.items()} for side in (a, b))
        )
        if one:
            some = next(iter(a.values()))
            both = [seed for seed in a if seed in b]
            same = sum(a[seed]["weights_sha256"] == b[seed]["weights_sha256"] != "" for seed in both)
            medians = [
                middle.median if middle else None
                for middle in (statistics.median([row["value"] for row in side.values()]) for side in (a, b))
            ]
            effect = _finite(one)
            row = {
                **_told(ours, theirs),
                "measure": some["measure"],
                "unit": some["unit"],
                "this": medians[0],
                "other": medians[1],
            }
            row |= {
                "difference": effect.pop("effect"),
                **effect,
                "p": one.p,
                "n": len(a),
                "m": len(b),
                "pairs": len(both),
                "identical": same,
            }
            rows.append(row)
            found.append(one)
    frame = pd.DataFrame(rows, columns=list(MEASURES)).assign(finding=statistics.findings(found))
    return _ordered(results, frame)


def _ordered(results: Results, frame: pd.DataFrame) -> pd.DataFrame:
    """By entry, tier and recipe, the pairs in the order in which they come."""
    return results.in_order(frame.assign(machine="")).drop(columns="machine") if len(frame) else frame


def _summary(
    pairs: Sequence[tuple[dict[Any, Any], dict[Any, Any]]], speed: pd.DataFrame, measures: pd.DataFrame
) -> pd.DataFrame:
    """One row a pair of machines: how many questions were compared, and with what findings."""
    names = dict.fromkeys(f"{ours['machine']} / {theirs['machine']}" for ours, theirs in pairs)
    rows = []
    by_speed, by_measures = (dict(list(frame.groupby("machines", sort=False))) for frame in (speed, measures))
    for name in names:
        ratios, differences = by_speed.get(name, speed.iloc[:0]), by_measures.get(name, measures.iloc[:0])
        fast, agree = Counter(ratios["finding"]), Counter(differences["finding"])
        rows.append(
            {
                "machines": name,
                "timed": len(ratios),
                "ratio": ratios["ratio"].median(),
                "faster": fast["faster"],
                "slower": fast["slower"],
                "no_news": fast[statistics.NONE_THAT_MATTERS],
                "none_shown": fast[statistics.NONE_SHOWN],
                "few": fast[statistics.NOT_ENOUGH],
                "busy": int(ratios["load"].str.contains("busy").sum()),
                "measured": len(differences),
                "identical": agree[statistics.IDENTICAL],
                "differ": agree["differ"],
                "alike": agree[statistics.NONE_SHOWN],
                "few_measures": agree[statistics.NOT_ENOUGH],
                "weights": int(differences["identical"].sum()),
                "pairs": int(differences["pairs"].sum()),
            }
        )
    columns = [
        *("machines", "timed", "ratio", "faster", "slower", "no_news", "none_shown", "few", "busy"),
        *("measured", "identical", "differ", "alike", "few_measures", "weights", "pairs"),
    ]
    return pd.DataFrame(rows, columns=columns)


def _left(
    results: Results, sides: dict[tuple[Any, ...], dict[str, dict[Any, Any]]]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Questions that stand alone though another machine ran a recipe of their name, with the reason; and how many recipes each machine alone ran."""
    names: dict[tuple[Any, ...], dict[tuple[Any, ...], dict[str, dict[Any, Any]]]] = {}
    for key, machines in sides.items():
        names.setdefault(key[: len(NAMED)], {})[key] = machines
    found: dict[tuple[Any, ...], set[str]] = {}
    alone: Counter[str] = Counter()
    for name, questions in names.items():
        if len({letter for machines in questions.values() for letter in machines}) == 1:
            alone[next(iter(next(iter(questions.values()))))] += 1
            continue
        for key, machines in questions.items():
            lacking = [letter for letter, side in machines.items() if not side["ok"]]
            if len(machines) > 1 and lacking:
                found.setdefault((*name, "no run ended well"), set()).update(lacking)
            if len(machines) == 1:
                letter = next(iter(machines))
                others = [other for other, sides in questions.items() if any(one != letter for one in sides)]
                nearest = min(others, key=lambda other: sum(a != b for a, b in zip(key, other, strict=True)))
                found.setdefault((*name, _reason(results, questions, key, nearest)), set()).add(letter)
    order = {letter: i for i, letter in enumerate(results.machines["machine"])}
    rows = [
        {
            **dict(zip((*NAMED, "reason"), key, strict=True)),
            "machines": ", ".join(sorted(on, key=order.__getitem__)),
        }
        for key, on in found.items()
    ]
    return _ordered(results, pd.DataFrame(rows, columns=[*NAMED, "machines", "reason"])), {
        letter: alone[letter] for letter in order if alone[letter]
    }


def _reason(
    results: Results,
    questions: dict[tuple[Any, ...], dict[str, dict[Any, Any]]],
    key: tuple[Any, ...],
    other: tuple[Any, ...],
) -> str:
    """What keeps two questions apart that have one recipe's name, in words that are the same from either side."""
    said = []
    mine, theirs = dict(zip(SAME, key, strict=True)), dict(zip(SAME, other, strict=True))
    if mine["question"] != theirs["question"]:
        specs = [results.specs[next(iter(questions[one].values()))["spec_id"]] for one in (key, other)]
        what = "other data" if specs[0]["data"] != specs[1]["data"] else "other recipe"
        versions = sorted({spec["version"] for spec in specs} - {""})
        said.append(f"{what} ({clip(listed(versions), 200)})" if versions else what)
    for name in ("precision", "threads"):
        if mine[name] != theirs[name]:
            said.append(
                f"other {name} ({listed([str(value) for value in sorted((mine[name], theirs[name]))])})"
            )
    return " and ".join(said)


def machines(results: Results) -> list[Table]:
    """The tables of the comparison of machines; none for one machine."""
    if len(results.machines) < 2:
        return []
    compared = results.compared
    pairs = Table(
        "compared_pairs",
        "Every pair of machines with questions in common: how many were timed, the median ratio of their throughputs, and how many are "
        "faster, slower, different by nothing that matters, or not shown to differ; then how many test measures were compared, and what was found.",
        (
            Column("machines", "machines"),
            Column("timed", "timed", "count"),
            Column("ratio", "median ratio", "number"),
            Column("faster", "faster", "count"),
            Column("slower", "slower", "count"),
            Column("no_news", "no matter", "count"),
            Column("none_shown", "none shown", "count"),
            Column("few", "too few runs", "count"),
            Column("busy", "busy", "count"),
            Column("measured", "measures", "count"),
            Column("identical", "identical", "count"),
            Column("differ", "differ", "count"),
            Column("alike", "none shown", "count"),
            Column("few_measures", "too few runs", "count"),
        ),
        compared.pairs,
    )

    def where(frame: pd.DataFrame) -> tuple[Column, ...]:
        found = [Column("machines", "machines", choose=True)]
        found += [
            Column(key, key, choose=True)
            for key in ("tier", "precision", "threads")
            if frame[key].nunique() > 1
        ]
        if frame["backends"].str.contains("/").any() or frame["backends"].nunique() > 1:
            found.append(Column("backends", "backends", choose=True))
        return (
            *found,
            *([Column("apart", "differ in", choose=True)] if (frame["apart"] != "").any() else []),
        )

    base = (Column("entry", "entry", "entry"), Column("recipe", "recipe"))
    sides = (Column("this", "first", "number"), Column("other", "second", "number"))
    end = (
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n first", "count"),
        Column("m", "n second", "count"),
    )
    shown, said = loads(compared.speed)
    speed = Table(
        "compared_throughput",
        "Throughput of the same question on two machines (examples a second, medians over executions) and the ratio of first to second. "
        f"{FROM_AND_TO} Each interval holds for itself, the findings for the table. n: executions. {said}",
        (
            *base,
            *where(compared.speed),
            *sides,
            Column("ratio", "ratio", "number"),
            *end,
            *shown,
            Column("finding", "finding", choose=True),
        ),
        compared.speed,
    )
    agree = Table(
        "compared_measures",
        "The test measure of the same question on two machines: medians over seeds, and the difference of first and second, by seed where "
        f"{statistics.FEWEST} seeds are shared; and how many of the pairs of runs with the same seed ended in identical weights. {FROM_AND_TO}",
        (
            *base,
            *where(compared.measures),
            Column("measure", "test measure", "words"),
            *sides,
            Column("difference", "difference", "number"),
            *end,
            Column("pairs", "pairs", "count"),
            Column("identical", "same weights", "count"),
            Column("finding", "finding", choose=True),
        ),
        compared.measures,
    )
    left = Table(
        "uncompared",
        "What several machines ran under one recipe's name and what cannot be compared all the same, with the reason.",
        (
            *base,
            Column("tier", "tier", choose=True),
            Column("machines", "machines", choose=True),
            Column("reason", "reason", choose=True),
        ),
        compared.left,
    )
    return [pairs, speed, agree, left]


def loads(frame: pd.DataFrame) -> tuple[list[Column], str]:
    """The column that says whether other work disturbed each row of throughputs, and a sentence; without differences the sentence alone."""
    kinds = set(frame["load"])
    if kinds == {"calm"}:
        return [], "No machine was busy with other work."
    if kinds == {"unknown"}:
        return [], "Whether the machines were busy with other work was not recorded."
    busy = int(frame["load"].str.contains("busy").sum())
    said = f"Load: busy where other work disturbed over {rates.BUSY:.0%} of the legs ({busy} of {len(frame)} rows), unknown where not recorded."
    return ([Column("load", "load", choose=True)], said) if kinds else ([], "")


SPEED_COLUMNS = ("model", "contender", "backend", "round", "examples_per_s")


def speed(path: Path) -> Table:
    """Medians and ratios of the speed benchmark, from its file of rounds. Raises ValueError for a file of another form."""
    frame = pd.read_csv(path)
    if missing := [name for name in SPEED_COLUMNS if name not in frame.columns]:
        raise ValueError(
            f"{path}: column {missing[0]!r} is missing; a file of the speed benchmark has {', '.join(SPEED_COLUMNS)}"
        )
    frame["examples_per_s"] = pd.to_numeric(frame["examples_per_s"], errors="coerce")
    frame["backend"] = frame["backend"].fillna("")
    rows = []
    for model, part in frame.groupby("model", sort=False):
        sides = {
            keys: group.groupby("round")["examples_per_s"].median()
            for keys, group in part.groupby(["contender", "backend"], sort=False)
        }
        estimates = {keys: statistics.median(values.tolist()) for keys, values in sides.items()}
        medians = {keys: estimate.median for keys, estimate in estimates.items() if estimate}
        if not medians:
            continue
        base = next(
            (keys for keys in medians if "default" in str(keys[0]).lower()),
            min(medians, key=lambda keys: medians[keys]),
        )
        for keys in medians:
            # the contenders of one round met the same machine in the same state
            rounds = pd.concat([sides[keys], sides[base]], axis=1, join="inner")
            found, estimate = (
                statistics.compare_pairs(list(rounds.itertuples(index=False, name=None)), ratio=True),
                estimates[keys],
            )
            rows.append(
                {
                    "model": clip(clean(str(model)), 80),
                    "contender": clip(clean(str(keys[0])), 80),
                    "backend": clip(clean(str(keys[1])), 40),
                    "median": medians[keys],
                    "ratio": found.effect if found else None,
                    "low": found.low if found else None,
                    "high": found.high if found else None,
                    "n": estimate.n if estimate else 0,
                    "against": clip(clean(" ".join(map(str, base)).strip()), 80),
                }
            )
    shown = (
        Column("model", "model", choose=True),
        Column("contender", "contender", choose=True),
        Column("backend", "backend", choose=True),
        Column("median", "examples/s", "number"),
        Column("ratio", "ratio", "number"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "rounds", "count"),
        Column("against", "ratio to"),
    )
    caption = (
        "The speed benchmark: training examples a second, medians over interleaved rounds, and the ratio to the contender named last, "
        f"round by round. {FROM_AND_TO}"
    )
    return Table(
        "speed",
        caption,
        shown,
        pd.DataFrame(
            rows, columns=["model", "contender", "backend", "median", "ratio", "low", "high", "n", "against"]
        ),
    )
