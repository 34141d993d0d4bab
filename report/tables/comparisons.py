"""The tables of the comparison of machines."""

import pandas as pd

from report import statistics
from report.results import Results
from report.tables.columns import Column, Table
from report.tables.throughput import load_columns

FROM_AND_TO = (
    "From and to: its exact interval of at least 95%, or the range of the differences if there are too few "
    "runs."
)
_RECIPE = (Column("entry", "entry", "entry"), Column("recipe", "recipe"))
_SIDES = (Column("this", "first", "number"), Column("other", "second", "number"))
_INTERVAL = (
    Column("low", "from", "number"),
    Column("high", "to", "number"),
    Column("n", "n first", "count"),
    Column("m", "n second", "count"),
)


def comparisons(results: Results) -> list[Table]:
    """The tables of the comparison of machines; none for one machine."""
    if len(results.machines) < 2:
        return []
    compared = results.compared
    return [
        _speed_ups(results.speed_ups),
        _pairs(compared.pairs),
        _throughput(compared.speed),
        _measures(compared.measures),
        _not_compared(compared.not_compared),
    ]


def _speed_ups(frame: pd.DataFrame) -> Table:
    priced, backends = frame["cost"].notna().any(), _backends(frame)
    both = " Each ratio is of hardware and backend together: two backends are those of machine and base."
    cost = " The cost of an example is that on the machine over that on the base, by their prices."
    columns = (
        Column("machine", "machine", filterable=True),
        Column("base", "base", filterable=True),
        *backends,
        Column("over", "over", filterable=True),
        Column("group", "entries"),
        Column("ratio", "times as fast", "number"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        *([Column("cost", "cost of an example", "number")] if priced else []),
        Column("least", "least", "number"),
        Column("greatest", "greatest", "number"),
        Column("entries", "n entries", "count"),
        Column("questions", "questions", "count"),
    )
    return Table(
        "speed_ups",
        "How many times as fast each machine trains as the base: choose the base above the table. The "
        "geometric mean over entries, of each the geometric mean over the questions that both machines "
        "answered. From and to: its 95% interval, for these entries, from the spread of executions; least "
        f"and greatest: single entries.{both if backends else ''}{cost if priced else ''}",
        columns,
        frame,
    )


def _pairs(frame: pd.DataFrame) -> Table:
    columns = (
        Column("machines", "machines"),
        Column("timed", "timed", "count"),
        Column("lower", "lower quartile", "number"),
        Column("ratio", "median", "number"),
        Column("upper", "upper quartile", "number"),
        Column("faster", "faster", "count"),
        Column("slower", "slower", "count"),
        Column("no_news", "immaterial", "count"),
        Column("none_shown", "none shown", "count"),
        Column("few", "too few runs", "count"),
        Column("busy", "busy", "count"),
        Column("measured", "measures", "count"),
        Column("identical", "identical", "count"),
        Column("differ", "differ", "count"),
        Column("alike", "none shown", "count"),
        Column("few_measures", "too few runs", "count"),
    )
    return Table(
        "compared_pairs",
        "Question by question: each machine (named first) beside the first machine that answered. So a pair "
        "has only those of its questions that no machine before the two answered; the table of speed-ups has "
        "every pair, over all that it shares, and counts an entry once however many questions it has. How "
        "many questions were timed, the quartiles of the ratios of single questions, and how many are "
        "faster, slower, different by an immaterial amount, or not shown to differ; then how many test "
        "measures were compared, and what was found.",
        columns,
        frame,
    )


def _distinguishing(frame: pd.DataFrame) -> tuple[Column, ...]:
    """The machines of each row, and the columns in which rows differ."""
    columns = [Column("machines", "machines", filterable=True)]
    columns += [
        Column(key, key, filterable=True)
        for key in ("tier", "precision", "threads", "devices")
        if frame[key].nunique() > 1
    ]
    columns += _backends(frame)
    if (frame["apart"] != "").any():
        columns.append(Column("apart", "differ in", filterable=True))
    return tuple(columns)


def _backends(frame: pd.DataFrame) -> list[Column]:
    """The column of backends, if they are several."""
    several = frame["backends"].str.contains("/").any() or frame["backends"].nunique() > 1
    return [Column("backends", "backends", filterable=True)] if several else []


def _throughput(frame: pd.DataFrame) -> Table:
    load, load_sentence = load_columns(frame)
    columns = (
        *(*_RECIPE, *_distinguishing(frame), *_SIDES),
        Column("ratio", "ratio", "number"),
        *(*_INTERVAL, *load),
        Column("finding", "finding", filterable=True),
    )
    return Table(
        "compared_throughput",
        "Throughput of the same question on two machines (examples per second, medians over executions) and "
        "the "
        f"ratio of first to second. {FROM_AND_TO} Each interval holds on its own, the findings over the "
        "whole "
        f"table. n: executions. {load_sentence}",
        columns,
        frame,
    )


def _measures(frame: pd.DataFrame) -> Table:
    columns = (
        *(*_RECIPE, *_distinguishing(frame)),
        Column("measure", "test measure", "words"),
        *_SIDES,
        Column("difference", "difference", "number"),
        *_INTERVAL,
        Column("pairs", "pairs", "count"),
        Column("identical", "same weights", "count"),
        Column("finding", "finding", filterable=True),
    )
    return Table(
        "compared_measures",
        "The test measure of the same question on two machines: medians over seeds, and the difference "
        "between "
        f"first and second, seed by seed if {statistics.FEWEST} seeds are shared; and how many of the pairs "
        "of "
        f"runs with the same seed ended in identical weights. {FROM_AND_TO}",
        columns,
        frame,
    )


def _not_compared(frame: pd.DataFrame) -> Table:
    columns = (
        *_RECIPE,
        Column("tier", "tier", filterable=True),
        Column("machines", "machines", filterable=True),
        Column("reason", "reason"),
    )
    return Table(
        "uncompared",
        "What several machines ran under the same recipe name but cannot be compared, with the reason.",
        columns,
        frame,
    )
