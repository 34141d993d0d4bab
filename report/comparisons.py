"""Tables of comparisons: the same recipes on two machines, and the contenders of the speed benchmark."""

from pathlib import Path

import pandas as pd

from report import statistics
from report.results import Results
from report.table import Column, Table
from report.text import clean, clip

FROM_AND_TO = "From and to: its exact interval of at least 95%, or where the runs are too few for one, the range of the differences."


def _pairs(results: Results) -> list[tuple[str, str]]:
    """Every machine against the first."""
    letters = sorted(results.machines["machine"], key=lambda letter: (len(letter), letter))
    return [(letter, letters[0]) for letter in letters[1:]]


def _asked(results: Results, frame: pd.DataFrame) -> pd.Series:
    """What was asked in each row's run, whatever it ran on."""
    questions = dict(zip(results.runs["spec_hash"], results.runs["spec_id"], strict=True))
    return pd.Series([results.specs[questions[hash]]["question"] for hash in frame["spec_hash"]], index=frame.index, dtype=str)


def throughput(results: Results) -> pd.DataFrame:
    """Throughput of the same recipe on two machines, an execution a value: ratio with its interval, and what it supports."""
    columns = ["entry", "recipe", "tier", "precision", "machines", "this", "other", "ratio", "low", "high", "p", "n"]
    rates = results.throughput
    rates = rates.assign(question=_asked(results, rates))
    rows, comparisons = [], []
    for (*keys, _), group in rates.groupby(["entry", "recipe", "tier", "precision", "question"], sort=True):
        sides = {machine: part["examples_per_s"].tolist() for machine, part in group.groupby("machine")}
        for one, other in _pairs(results):
            if one in sides and other in sides:
                found = statistics.compare(sides[one], sides[other], ratio=True)
                a, b = statistics.median(sides[one]), statistics.median(sides[other])
                if found and a and b:
                    comparisons.append(found)
                    ends = [found.low, found.high, found.p, min(found.n, found.m)]
                    rows.append([*keys, f"{one} / {other}", a.median, b.median, found.effect, *ends])
    return _ordered(results, pd.DataFrame(rows, columns=columns).assign(finding=statistics.findings(comparisons)))


def agreement(results: Results) -> pd.DataFrame:
    """First test measure of the same recipe on two machines: difference with its interval, and runs with identical weights."""
    columns = ["entry", "recipe", "tier", "precision", "measure", "unit", "machines", "this", "other", "difference"]
    columns += ["low", "high", "p", "n", "identical"]
    first = results.first
    first = first.assign(question=_asked(results, first))
    rows, comparisons = [], []
    for (*keys, _), group in first.groupby(["entry", "recipe", "tier", "precision", "question"], sort=True):
        sides = dict(list(group.groupby("machine")))
        for one, other in _pairs(results):
            if one in sides and other in sides:
                a, b = sides[one], sides[other]
                found = statistics.compare_seeds(dict(zip(a["seed"], a["value"], strict=True)), dict(zip(b["seed"], b["value"], strict=True)))
                x, y = statistics.median(a["value"].tolist()), statistics.median(b["value"].tolist())
                both = a[["seed", "weights_sha256"]].merge(b[["seed", "weights_sha256"]], on="seed")
                same = int(((both["weights_sha256_x"] == both["weights_sha256_y"]) & (both["weights_sha256_x"] != "")).sum())
                if found and x and y:
                    comparisons.append(found)
                    told = [a["measure"].iloc[0], a["unit"].iloc[0], f"{one} / {other}", x.median, y.median]
                    rows.append([*keys, *told, found.effect, found.low, found.high, found.p, min(found.n, found.m), same])
    return _ordered(results, pd.DataFrame(rows, columns=columns).assign(finding=statistics.findings(comparisons)))


def _ordered(results: Results, frame: pd.DataFrame) -> pd.DataFrame:
    if frame.empty:
        return frame
    return results.in_order(frame.assign(machine=frame["machines"])).drop(columns="machine")


def machines(results: Results) -> list[Table]:
    """The two tables of the comparison of machines; none for one machine."""
    if len(results.machines) < 2:
        return []
    base = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        Column("tier", "tier", choose=True),
        Column("machines", "machines", choose=True),
    )
    end = (Column("low", "from", "number"), Column("high", "to", "number"), Column("n", "n", "count"), Column("finding", "finding", choose=True))
    speed = Table(
        "compared_throughput",
        "Throughput of the same recipe on two machines (examples a second, medians over executions) and their ratio. "
        f"{FROM_AND_TO} Each interval holds for itself, the findings for the table.",
        (*base, Column("this", "first", "number"), Column("other", "second", "number"), Column("ratio", "ratio", "number"), *end),
        throughput(results),
    )
    agree = Table(
        "compared_measures",
        f"The same measure of the same recipe on two machines: the difference, by seed where {statistics.FEWEST} seeds "
        f"are shared, and how many seeds ended in identical weights. {FROM_AND_TO}",
        (
            *base,
            Column("measure", "test measure", "words"),
            Column("this", "first", "number"),
            Column("other", "second", "number"),
            Column("difference", "difference", "number"),
            *end[:3],
            Column("identical", "identical", "count"),
            end[3],
        ),
        agreement(results),
    )
    return [speed, agree]


SPEED_COLUMNS = ("model", "contender", "backend", "round", "examples_per_s")


def speed(path: Path) -> Table:
    """Medians and ratios of the speed benchmark, from its file of rounds. Raises ValueError for a file of another form."""
    frame = pd.read_csv(path)
    if missing := [name for name in SPEED_COLUMNS if name not in frame.columns]:
        raise ValueError(f"{path}: column {missing[0]!r} is missing; a file of the speed benchmark has {', '.join(SPEED_COLUMNS)}")
    frame["examples_per_s"] = pd.to_numeric(frame["examples_per_s"], errors="coerce")
    frame["backend"] = frame["backend"].fillna("")
    rows = []
    for model, part in frame.groupby("model", sort=False):
        sides = {keys: group.groupby("round")["examples_per_s"].median() for keys, group in part.groupby(["contender", "backend"], sort=False)}
        estimates = {keys: statistics.median(values.tolist()) for keys, values in sides.items()}
        medians = {keys: estimate.median for keys, estimate in estimates.items() if estimate}
        if not medians:
            continue
        base = next((keys for keys in medians if "default" in str(keys[0]).lower()), min(medians, key=lambda keys: medians[keys]))
        for keys in medians:
            # the contenders of one round met the same machine in the same state
            rounds = pd.concat([sides[keys], sides[base]], axis=1, join="inner")
            found, estimate = statistics.compare_pairs(list(rounds.itertuples(index=False, name=None)), ratio=True), estimates[keys]
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
        "speed", caption, shown, pd.DataFrame(rows, columns=["model", "contender", "backend", "median", "ratio", "low", "high", "n", "against"])
    )
