"""The table of final test measures."""

import dataclasses

import pandas as pd

from report import statistics
from report.grouping import GROUP
from report.results import Results
from report.tables.columns import Column, Table, distinguishing, provenance_of


def measures(results: Results) -> Table:
    """Final test measures of all recipes: medians over seeds."""
    rows = []
    keys = [*GROUP, "measure", "unit"]
    for values, group in results.final_measures.groupby(keys, sort=True):
        estimate = statistics.median(group["value"].tolist())
        rows.append(
            {
                **dict(zip(keys, values, strict=True)),
                "family": group["family"].iloc[0],
                "n": len(group),
                **(dataclasses.asdict(estimate) if estimate else {}),
            }
        )
    frame = pd.DataFrame(rows, columns=[*keys, "family", "median", "low", "high", "interval", "n"])
    frame = results.in_order(frame) if len(frame) else frame
    frame["provenance"] = provenance_of(results, frame)
    columns = (
        Column("entry", "entry", "entry"),
        Column("family", "family", filterable=True),
        Column("recipe", "recipe"),
        Column("measure", "test measure", "words", filterable=True),
        Column("median", "median", "number", link="provenance"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        Column("unit", "unit"),
        *distinguishing(results),
    )
    return Table(
        "measures",
        "Final test measures of all recipes: medians over seeds. The median is blank if half of the runs or "
        "more "
        f"never reached the criterion. From and to: {statistics.FROM_AND_TO}.",
        columns,
        frame,
    )
