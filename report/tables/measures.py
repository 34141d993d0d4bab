"""The table of final test measures."""

import dataclasses

import pandas as pd

from report import statistics
from report.grouping import GROUP
from report.results import Results
from report.tables.columns import Column, Table, distinguishing, provenance_of

_COLUMNS = ("family", "dataset", "year", "median", "low", "high", "interval", "n")


def measures(results: Results) -> Table:
    """Final test measures of all recipes: medians over seeds."""
    rows = []
    keys = [*GROUP, "measure", "unit"]
    groups = results.final_measures.groupby(keys, sort=True)
    seeds = groups.agg(value=("value", list), family=("family", "first"), dataset=("dataset", "first"))
    for key, found, family, dataset in seeds.itertuples(name=None):
        estimate = statistics.median(found)
        named = dict(zip(keys, key, strict=True))
        rows.append(
            {
                **named,
                "family": family,
                "dataset": dataset,
                "year": results.entries[named["entry"]]["year"],
                "n": len(found),
                **(dataclasses.asdict(estimate) if estimate else {}),
            }
        )
    frame = pd.DataFrame(rows, columns=[*keys, *_COLUMNS])
    frame = frame.merge(results.groups[[*GROUP, "train_s", "parameters"]], "left", GROUP)
    frame["examples_per_s"] = [
        rate.estimate.median if (rate := results.group_rates.get(key)) else None
        for key in zip(*(frame[name] for name in GROUP), strict=True)
    ]
    frame = results.in_order(frame) if len(frame) else frame
    frame["provenance"] = provenance_of(results, frame)
    columns = (
        Column("entry", "entry", "entry"),
        Column("year", "year"),
        Column("recipe", "recipe"),
        Column("measure", "test measure", "words", filterable=True),
        Column("median", "median", "number", link="provenance"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("unit", "unit"),
        Column("n", "n", "count"),
        *distinguishing(results),
        Column("examples_per_s", "examples/s", "number"),
        Column("train_s", "training", "seconds"),
        Column("parameters", "parameters", "count"),
        Column("family", "family", filterable=True),
        Column("dataset", "data set", filterable=True),
    )
    return Table(
        "measures",
        "Final test measures of all recipes: medians over seeds. The median is blank if half of the runs or "
        "more "
        f"never reached the criterion. From and to: {statistics.FROM_AND_TO}. Training and examples per "
        "second are medians, too.",
        columns,
        frame,
    )
