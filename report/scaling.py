"""What several devices gain: runs and speeds of one recipe on one device and on more, otherwise alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.records.schema import HARDWARE, SOFTWARE
from report import statistics
from report.comparisons import effect, key_of

if TYPE_CHECKING:
    from report.results import Results

NAME = ("entry", "recipe", "tier", "backend", "precision", "threads")
STRONG_COLUMNS = (
    *(*NAME, "machines", "devices", "one", "all", "speed_up", "low", "high", "n", "m", "efficiency"),
    *("measure", "unit", "measured_one", "measured_all", "difference", "finding"),
)
WEAK_COLUMNS = (
    *(*NAME, "machines", "devices", "batch_size", "whole_batch", "one", "all"),
    *("speed_up", "efficiency"),
)

Row = dict[Any, Any]


def strong(results: Results) -> pd.DataFrame:
    """Runs of several devices beside those of one that share the question, with `STRONG_COLUMNS`.

    The batch is the same. `one` and `all` are throughputs in examples per second, `speed_up` is their ratio
    with its exact interval or range over n and m executions, `efficiency` the speed-up over the number of
    devices, in %. `difference` is that of the headline measure, all less one, and `finding` what so many
    seeds support. They share the source, the software, and the hardware but for the number of accelerators.
    """
    alike = _machines(results)
    groups = [group for group in results.groups.to_dict("records") if group["ok"]]
    values: dict[tuple[Any, ...], dict[int, float]] = {}
    measured: dict[tuple[Any, ...], tuple[str, str]] = {}
    for row in results.headline_values.to_dict("records"):
        values.setdefault(key_of(row), {})[row["seed"]] = row["value"]
        measured[key_of(row)] = (row["measure"], row["unit"])

    def shared(group: Row) -> tuple[Any, ...]:
        asked = (*(group[name] for name in NAME), group["matmul_precision"], group["source_sha256"])
        return (*asked, results.specs[group["spec_id"]]["question"], alike[group["machine"]])

    alone = {shared(group): group for group in groups if group["devices"] == 1}
    rows, compared = [], []
    for group in groups:
        base = alone.get(shared(group))
        if group["devices"] == 1 or base is None:
            continue
        ours, theirs = results.group_rates.get(key_of(group)), results.group_rates.get(key_of(base))
        if not ours or not theirs:
            continue
        ratio = statistics.compare(ours.values, theirs.values, ratio=True)
        assert ratio is not None, "both have rates"
        a, b = values.get(key_of(group), {}), values.get(key_of(base), {})
        difference = statistics.compare_seeds(a, b)
        compared.append(difference)
        measure, unit = measured.get(key_of(group), ("", ""))
        rows.append(
            {
                **{key: group[key] for key in (*NAME, "devices")},
                "machines": " / ".join(dict.fromkeys([group["machine"], base["machine"]])),
                **{"one": theirs.estimate.median, "all": ours.estimate.median},
                **_gain(ratio.effect, group["devices"]),
                **{"low": ratio.low, "high": ratio.high, "n": ratio.n, "m": ratio.m},
                **{"measure": measure, "unit": unit},
                **{"measured_one": _median(b), "measured_all": _median(a)},
                "difference": effect(difference) if difference else None,
            }
        )
    frame = pd.DataFrame(rows, columns=[name for name in STRONG_COLUMNS if name != "finding"])
    return frame.assign(finding=statistics.findings(compared))


def weak(results: Results) -> pd.DataFrame:
    """Training speeds of N times the batch on N devices beside those of one, with `WEAK_COLUMNS`.

    `batch_size` is the part of a device, `whole_batch` that of all. They share the recipe, the software, and
    the hardware but for the number of accelerators.
    """
    alike = _machines(results)
    speeds = results.speeds
    trained = speeds[(speeds["work"] == "training") & (speeds["status"] == "ok")].to_dict("records")

    def shared(row: Row, batch_size: int) -> tuple[Any, ...]:
        return (*(row[name] for name in NAME), row["recipe_hash"], alike[row["machine"]], batch_size)

    alone = {shared(row, row["batch_size"]): row for row in trained if row["devices"] == 1}
    rows = []
    for row in trained:
        part, left = divmod(row["batch_size"], row["devices"])
        base = alone.get(shared(row, part))
        if row["devices"] == 1 or left or base is None:
            continue
        rows.append(
            {
                **{key: row[key] for key in (*NAME, "devices")},
                "machines": " / ".join(dict.fromkeys([row["machine"], base["machine"]])),
                **{"batch_size": part, "whole_batch": row["batch_size"]},
                **{"one": base["examples_per_s"], "all": row["examples_per_s"]},
                **_gain(row["examples_per_s"] / base["examples_per_s"], row["devices"]),
            }
        )
    return pd.DataFrame(rows, columns=list(WEAK_COLUMNS))


def _machines(results: Results) -> dict[str, tuple[str, ...]]:
    """Letter -> what a machine shares with another of more or fewer accelerators of its kind."""
    facts = [name for name in (*HARDWARE, *SOFTWARE) if name != "accelerators"]
    return {
        machine["machine"]: (
            *(str(machine[name]) for name in facts),
            *sorted(set(machine["accelerators"].split("; "))),
        )
        for machine in results.machines.to_dict("records")
    }


def _gain(speed_up: float, devices: int) -> dict[str, float]:
    return {"speed_up": speed_up, "efficiency": 100 * speed_up / devices}


def _median(values: dict[int, float]) -> float | None:
    estimate = statistics.median(list(values.values()))
    return estimate.median if estimate else None
