"""Speeds that were measured by themselves, at growing batch sizes: training, inference and latency."""

from __future__ import annotations

from statistics import geometric_mean, median
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.records import clean
from report import rates
from report.formats import number, several

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
#: What else must be the same where the speeds of two machines are set side by side.
SETTING = ["backend", "precision", "threads", "devices"]
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


def against_first(frame: pd.DataFrame) -> pd.DataFrame:
    """How many times as fast each machine is as the first with which it shares recipes, by kind of work.

    `own` compares the smallest batches, which are the recipes' own, `best` each machine's fastest ones; for
    latency, `own` compares the medians of single answers, and `best` is null. Both are geometric means over
    `entries`, an entry's being that over the recipes that both machines trained in one setting.
    """
    ok = frame[frame["status"] == "ok"].sort_values("batch_size", kind="stable")
    speed = ok["examples_per_s"].fillna(1.0 / ok["p50_s"])
    points = (
        ok.assign(speed=speed)
        .groupby([*RECIPE, *SETTING, "work", "machine"])["speed"]
        .agg(own="first", best="max")
        .unstack("machine")
    )
    letters = list(dict.fromkeys(frame["machine"]))
    rows = []
    for place, machine in enumerate(letters):
        for work in WORK:
            of_work = points[points.index.get_level_values("work") == work]
            for base in letters[:place]:
                ratios = pd.DataFrame(
                    {size: of_work[size, machine] / of_work[size, base] for size in ("own", "best")}
                ).dropna()
                if len(ratios):
                    by_entry = ratios.groupby("entry").agg(geometric_mean)
                    own, best = (geometric_mean(by_entry[size]) for size in ("own", "best"))
                    rows.append(
                        (machine, base, work, len(by_entry), own, best if work != "latency" else None)
                    )
                    break
    return pd.DataFrame(rows, columns=["machine", "base", "work", "entries", "own", "best"])


def sentences(frame: pd.DataFrame) -> list[str]:
    """`against_first` in words, a sentence for each machine and kind of work."""
    said = []
    for row in against_first(frame).to_dict("records"):
        over = f"over {several(row['entries'], 'entry')}"
        if row["work"] == "latency":
            said.append(
                f"{row['machine']} gives a single answer {number(row['own'])} times as fast as {row['base']},"
                f" {over}."
            )
            continue
        does = {"training": "trains", "inference": "answers"}[row["work"]]
        said.append(
            f"{row['machine']} {does} {number(row['own'])} times as fast as {row['base']} at the recipes' own"
            f" batch sizes, and {number(row['best'])} times where each takes its best, {over}."
        )
    return said
