"""The table of the entries: one row per entry and machine."""

import dataclasses
from typing import Any

import pandas as pd

from benchmarks.records import in_words
from report import statistics
from report.results import Results
from report.tables.columns import Column, Table, distinguishing

#: columns of the representative group that the table holds
_FROM_GROUP = (
    *("recipe", "tier", "backend", "precision", "threads", "devices", "version"),
    *("train_s", "parameters"),
)
_COLUMNS = (
    *("entry", "name", "year", "family", "task", "parameters", "machine", "recipe", "tier", "backend"),
    *(
        "precision",
        "threads",
        "devices",
        "version",
        "measure",
        "median",
        "low",
        "high",
        "interval",
        "n",
        "unit",
    ),
    *("train_s", "seconds", "runs", "ok"),
)


def entries(results: Results) -> Table:
    """The entries, each with its representative recipe."""
    headline = results.headline_values
    values_of = dict(list(headline.groupby(["spec_hash", "machine", "source_sha256"], sort=False)))
    runs = results.runs.assign(ok_run=results.runs["run_id"].where(results.runs["status"] == "ok"))
    counts = runs.groupby(["entry", "machine"]).agg(
        runs=("run_id", "nunique"),
        ok=("ok_run", "nunique"),
        seconds=("total_s", lambda seconds: seconds.sum(min_count=1)),
    )
    groups = {
        (group["entry"], group["machine"]): group for group in results.representatives.to_dict("records")
    }
    rows = []
    for id, card in results.entries.items():
        for machine in results.machines["machine"]:
            if (id, machine) not in counts.index:
                continue
            row: dict[str, Any] = {
                **{"entry": id, "name": card["name"], "year": card["year"], "family": card["family"]},
                **{"task": in_words(card["task"]), "machine": machine},
                **counts.loc[(id, machine)].to_dict(),
            }
            if group := groups.get((id, machine)):
                values = values_of.get(
                    (group["spec_hash"], machine, group["source_sha256"]), headline.iloc[:0]
                )
                row |= {key: group[key] for key in _FROM_GROUP}
                if len(values):
                    row |= {key: values[key].iloc[0] for key in ("measure", "unit")} | {"n": len(values)}
                if estimate := statistics.median(values["value"].tolist()):
                    row |= dataclasses.asdict(estimate)
            rows.append(row)
    columns = (
        Column("entry", "entry", "entry"),
        Column("year", "year", "text"),
        Column("family", "family", filterable=True),
        Column("recipe", "recipe"),
        *(column for column in distinguishing(results) if column.key in _COLUMNS),
        Column("measure", "test measure", "words"),
        Column("median", "median", "number"),
        Column("unit", "unit"),
        Column("n", "n", "count"),
        Column("train_s", "training", "seconds"),
        Column("parameters", "parameters", "count"),
        Column("task", "task", filterable=True),
        Column("runs", "all runs", "count"),
    )
    on_each = " on each machine" if len(results.machines) > 1 else ""
    frame = pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"runs": int, "ok": int})
    return Table(
        "entries",
        f"The entries{on_each}. Each is represented by the fullest of its recipes that ended well, of the "
        "paper's own variant if that was run; the median is that of its main test measure over n seeds.",
        columns,
        frame,
    )
