"""The table of energy and money."""

import dataclasses
from typing import Any

import pandas as pd

from report import statistics
from report.grouping import GROUP
from report.results import Results
from report.tables.columns import Column, Table, cost_columns, distinguishing

_ESTIMATE = ("median", "low", "high", "interval", "n")
_MEDIANS = (
    *("power_w", "idle_w", "energy_j", "idle_share", "to_criterion_j"),
    *("cost_of_a_million", "cost_to_criterion"),
)


def energy(results: Results) -> Table | None:
    """What an example takes on each machine, and a run; None where no run has energy, nor a price."""
    keys = [*GROUP, "family"]
    runs = results.throughput[["execution_id", *keys]].merge(results.energy, on="execution_id")
    found = runs[["joules_per_example", "cost_of_a_million"]].notna().any(axis=1)
    if not found.any():
        return None
    rows: list[dict[Any, Any]] = []
    for _, of_group in runs[found].groupby(keys, sort=False, dropna=False):
        medians = of_group[list(_MEDIANS)].median()
        estimate = statistics.median(of_group["joules_per_example"].tolist())
        rows.append(
            {
                **of_group[keys].iloc[0].to_dict(),
                **(dataclasses.asdict(estimate) if estimate else {}),
                **medians.to_dict(),
                "currency": of_group["currency"].iloc[0],
            }
        )
    frame = pd.DataFrame(rows, columns=[*keys, *_ESTIMATE, *_MEDIANS, "currency"])
    frame = results.in_order(frame)
    measured = [
        Column("median", "J/example", "number"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        Column("power_w", "power, W", "number"),
        Column("idle_w", "idle, W", "number"),
        Column("energy_j", "training, J", "number"),
        Column("idle_share", "idle share, %", "number"),
        Column("to_criterion_j", "to the criterion, J", "number"),
    ]
    columns = (
        Column("entry", "entry", "entry"),
        Column("family", "family", filterable=True),
        Column("recipe", "recipe"),
        *distinguishing(results),
        *(column for column in measured if frame[column.key].notna().any()),
        *cost_columns(frame, cost_of_a_million="of a million examples", cost_to_criterion="to the criterion"),
    )
    return Table("energy", _caption(frame), columns, frame)


def _caption(frame: pd.DataFrame) -> str:
    """What the columns say that are shown."""
    sentences = []
    if frame["median"].notna().any():
        sentences.append(
            "Energy of the device alone: an accelerator by its own counter, a processor by those of its "
            "packages, which count whatever else ran on them. J/example: the energy of steady legs over "
            f"their examples, the median over n executions; from and to: {statistics.FROM_AND_TO}. "
            "Training: the energy of all legs, without evaluation. Idle share: how much of that the device "
            "would have drawn at rest, as before the run."
        )
    if frame["cost_of_a_million"].notna().any():
        sentences.append(
            "Costs: the configured price of an hour of the machine times the training time; evaluation and "
            "compilation are left out."
        )
    return " ".join(sentences)
