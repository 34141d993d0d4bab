"""The table of throughput, and the column that says whether a machine was busy."""

import dataclasses
from typing import Any

import pandas as pd

from report import rates, statistics
from report.formats import listed
from report.grouping import GROUP
from report.results import Results
from report.tables.columns import Column, Table, distinguishing

_COLUMNS = [
    *(*GROUP, "family", "median", "low", "high", "interval", "n", "within", "between", "disturbed"),
    *("load", "flops", "share", "intensity", "bound"),
]
BOUND = (
    " Bound by: memory if feeding the bytes of a step at the measured bandwidth would take longer than its "
    "operations at the ceiling, otherwise compute."
)


def throughput(results: Results) -> Table:
    """Training examples per second of each group, and how near it comes to the machine's ceiling."""
    ceilings = {machine["machine"]: machine for machine in results.machines.to_dict("records")}
    rows = [_row(results, point) for point in results.roofline.to_dict("records")]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    frame = results.in_order(frame) if len(frame) else frame
    load, load_sentence = load_columns(frame)
    spread = (
        Column("within", "spread of legs, %", "number"),
        Column("between", "of executions, %", "number"),
    )
    bound = [Column("bound", "bound by", filterable=True)] if frame["bound"].notna().any() else []
    columns = (
        Column("entry", "entry", "entry"),
        Column("family", "family", filterable=True),
        Column("recipe", "recipe"),
        *distinguishing(results),
        Column("median", "examples/s", "number"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        *(column for column in spread if frame[column.key].notna().any()),
        *load,
        Column("flops", "achieved", "flops"),
        Column("share", "% of ceiling", "number"),
        *bound,
    )
    return Table(
        "throughput",
        "Training examples per second: the median over n executions of the median of their steady legs. "
        f"From and to: {statistics.FROM_AND_TO}. "
        "Spread: the robust standard deviation of the legs within an execution, and between executions. "
        "Achieved: the operations counted in the program of a step, times steps per second. The ceiling is "
        "the matrix product measured in the same precision, of which a run on a processor has the share of "
        "its threads, and one on several accelerators has each of them."
        f"{BOUND if bound else ''}"
        f"{_busy_ceilings(ceilings)} {load_sentence}".strip(),
        columns,
        frame,
    )


def _row(results: Results, point: dict[Any, Any]) -> dict[str, Any]:
    """The row of one group of seeds."""
    rate = results.group_rates[tuple(point[key] for key in GROUP)]
    flops, ceiling = point["flops"], point["ceiling"]
    known = not pd.isna(flops) and not pd.isna(ceiling)
    return {
        **{key: point[key] for key in (*GROUP, "family", "flops", "intensity", "bound")},
        **dataclasses.asdict(rate.estimate),
        **{"within": rate.within, "between": rate.between},
        **{"disturbed": rate.disturbed, "load": rates.load(rate.disturbed)},
        "share": 100 * flops / ceiling if known else None,
    }


def _busy_ceilings(ceilings: dict[str, dict[Any, Any]]) -> str:
    """A sentence on ceilings measured while a machine was busy; empty if there are none."""
    busy = [
        letter
        for letter, machine in ceilings.items()
        if machine["ceiling_load"] == "busy" and machine["matmul_flops"] > 0
    ]
    if not busy:
        return ""
    return (
        f" The ceiling of machine {listed(busy)} was measured while the machine was busy: "
        "the true ceiling is higher, and the share lower."
    )


def load_columns(frame: pd.DataFrame) -> tuple[list[Column], str]:
    """The column that says whether other work disturbed each row of throughputs, and a sentence about it.

    If all rows are alike there is only the sentence.
    """
    kinds = set(frame["load"])
    if not kinds:
        return [], ""
    if kinds == {"calm"}:
        return [], "No machine was busy with other work."
    if kinds == {"unknown"}:
        return [], "Whether the machines were busy with other work was not recorded."
    busy = int(frame["load"].str.contains("busy").sum())
    sentence = (
        f"Load: busy where other work disturbed over {rates.BUSY:.0%} of the legs "
        f"({busy} of {len(frame)} rows), unknown where it was not recorded."
    )
    return [Column("load", "load", filterable=True)], sentence
