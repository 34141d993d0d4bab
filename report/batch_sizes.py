"""Speeds that were measured by themselves, at growing batch sizes: training, inference and latency."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.records import clean
from report import rates

if TYPE_CHECKING:
    from report.results import Results

COLUMNS = (
    *("entry", "recipe", "tier", "machine", "backend", "precision", "threads", "devices"),
    *("recipe_hash", "work"),
    *("batch_size", "status", "reason", "examples_per_s", "low", "high"),
    *("p50_s", "p95_s", "p99_s", "compile_s", "device_peak_memory_bytes", "joules_per_example", "load"),
)
#: What machines are compared on: a recipe of the same name may have been edited in between.
RECIPE = ["entry", "recipe", "tier", "recipe_hash"]
#: The order in which the kinds of work are shown.
WORK = ("training", "inference", "latency")


def speeds(results: Results) -> pd.DataFrame:
    """One row for each point, with the columns `COLUMNS`.

    `examples_per_s` is the median over repeats, `low` and `high` the slowest and the fastest of them. Latency
    has the median, the 95th and the 99th percentile of single answers, in seconds, instead. What failed has
    neither. `joules_per_example` is the energy of all repeats over their examples. Of entries that the report
    does not show, there are no rows.
    """
    machines = {
        (machine["machine_id"], machine["software_id"]): machine
        for machine in results.machines.to_dict("records")
    }
    rows = [
        _row(row, machines[row["machine_id"], row["software_id"]])
        for row in results.union.speeds.to_dict("records")
        if row["entry"] in results.entries
    ]
    entries, letters = list(results.entries), results.machines["machine"].tolist()
    rows.sort(
        key=lambda row: (
            *(entries.index(row["entry"]), row["recipe"], row["tier"], letters.index(row["machine"])),
            *(row["precision"], row["threads"], row["devices"], WORK.index(row["work"]), row["batch_size"]),
        )
    )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(row: dict[Any, Any], machine: dict[Any, Any]) -> dict[str, Any]:
    taken = sorted(map(float, row["seconds"].split()))
    ok = row["status"] == "ok"
    answers = ok and row["work"] == "latency"
    counted = ok and not answers
    examples = None if pd.isna(row["examples"]) else int(row["examples"])
    energy_j = _known(row["energy_j"])
    other, stolen, threads, cores = map(
        _known, (row["other_cores"], row["stolen_cores"], row["threads"], machine["cores"])
    )
    taken_away = rates.disturbed(other, stolen, threads, cores)
    return {
        **{
            key: row[key]
            for key in ("entry", "tier", "threads", "devices", "recipe_hash", "work", "batch_size", "status")
        },
        **{key: clean(row[key], 200) for key in ("recipe", "precision", "reason")},
        "machine": machine["machine"],
        "backend": machine["backend"],
        "examples_per_s": examples / median(taken) if counted and examples else None,
        "low": examples / taken[-1] if counted and examples else None,
        "high": examples / taken[0] if counted and examples else None,
        **{f"p{share}_s": float(np.percentile(taken, share)) if answers else None for share in (50, 95, 99)},
        "compile_s": _known(row["compile_s"]),
        "device_peak_memory_bytes": _known(row["device_peak_memory_bytes"]),
        "joules_per_example": energy_j / (examples * len(taken)) if ok and energy_j and examples else None,
        "load": rates.load(None if taken_away is None else float(taken_away)),
    }


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def shared(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """The values of `RECIPE` of what trained at two batch sizes or more, on the most machines first."""
    trained = frame[(frame["work"] == "training") & (frame["status"] == "ok")]
    counts = trained.groupby(RECIPE, sort=False).agg(
        sizes=("batch_size", "nunique"), on=("machine", "nunique")
    )
    counts = counts[counts["sizes"] > 1].sort_values("on", ascending=False, kind="stable")
    return [tuple(map(str, key)) for key in counts.index]
