"""Variations of the invented bundles, and the results of several of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import records
from benchmarks.records.bundle import from_tables
from benchmarks.records.csv_tables import to_rows
from report.loading import from_bundle, load
from report.results import Results
from tests.report import bundles

POCKET = ("pocket",)


def loaded(tmp_path: Path, *given: records.Bundle) -> Results:
    """The results of these bundles, named in this order."""
    for i, bundle in enumerate(given):
        records.write_bundle(bundle, tmp_path / f"{i}")
    return load([tmp_path / f"{i}" for i in range(len(given))])


def edited(bundle: records.Bundle, **edits: Callable[[dict[str, Any]], None]) -> records.Bundle:
    """The bundle with edited rows; ids of executions and ceilings follow, those of runs do not."""
    rows = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    for name, edit in edits.items():
        for row in rows[name]:
            edit(row)
    ids = {row["execution_id"]: records.execution_id(row) for row in rows["runs"]}
    for name in ("runs", "epochs", "measures"):
        for row in rows[name]:
            row["execution_id"] = ids[row["execution_id"]]
    for row in rows["ceilings"]:
        row["ceiling_id"] = records.ceiling_id(row)
    for row in rows["speeds"]:
        row["speed_id"] = records.speed_id(row)
    return from_tables(
        rows, bundle.specs, {ids[id]: named for id, named in bundle.pictures.items()}, "edited"
    )


def with_speeds(bundle: records.Bundle, faster: float = 1.0) -> records.Bundle:
    """The bundle with speeds of each entry on each machine: batches of 10 and of 40, the larger
    1.5 times as fast, and single answers of 1 to 100 ms."""
    rows = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    first = {(run["entry"], run["machine_id"], run["software_id"]): run for run in reversed(rows["runs"])}
    points = [
        ("training", 10, 1000, "1 0.5 2"),
        ("training", 40, 1500, "1 1 1"),
        ("inference", 10, 8000, "1 0.8 2"),
        ("latency", 1, 1, " ".join(f"{0.001 * place:g}" for place in range(1, 101))),
    ]
    for run in first.values():
        for work, batch_size, examples, seconds in points:
            row = {
                **{key: run[key] for key in ("machine_id", "software_id", "entry", "recipe", "tier")},
                **{
                    "precision": run["precision"],
                    "threads": run["threads"],
                    "devices": run["devices"],
                    "recipe_hash": "0" * 16,
                },
                **{"source_sha256": "a" * 64, "measured": "2026-01-02T00:00:00Z", "work": work},
                **{"batch_size": batch_size, "status": "ok", "reason": ""},
                "examples": examples if work == "latency" else round(faster * examples),
                "seconds": seconds,
                **{"compile_s": 2.0, "device_peak_memory_bytes": None, "other_cores": 0.0},
                "stolen_cores": 0.0,
                "energy_j": None,
            }
            rows["speeds"].append({"speed_id": records.speed_id(row), **row})
    return from_tables(rows, bundle.specs, bundle.pictures, "with speeds")


def only(bundle: records.Bundle, entries: set[str]) -> records.Bundle:
    """The part of a bundle that some entries make."""
    runs = bundle.runs[bundle.runs["entry"].isin(entries)]
    rows = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    kept = set(runs["execution_id"])
    rows = {
        name: [row for row in some if row.get("execution_id", next(iter(kept))) in kept]
        for name, some in rows.items()
    }
    return from_tables(
        rows,
        {id: bundle.specs[id] for id in sorted(set(runs["spec_id"]))},
        {id: p for id, p in bundle.pictures.items() if id in kept},
        "part",
    )


def few(**options: Any) -> records.Bundle:
    """A small bundle: a rule that the host drives and so has no legs, and three nets."""
    return only(
        bundles.bundle(tiers=POCKET, **options),
        {"mcculloch_pitts_1943", "perceptron_1958", "lenet5_1998", "lstm_1997"},
    )


def noisy(slower: float = 1.0) -> tuple[records.Bundle, records.Bundle]:
    """Two machines with six executions of each of three seeds; executions differ by 10%."""
    one = bundles.bundle(tiers=POCKET)
    sides: tuple[dict[str, Any], ...] = ({}, {"caches": "L2 4 MiB"})
    a, b = (
        records.merge(
            *(bundles.again(one, 10 * side + i, 0.1, slower if side else 1.0, **facts) for i in range(6))
        )
        for side, facts in enumerate(sides)
    )
    return a, b


def lenet_changed(part: str, **values: Any) -> Results:
    """Results of one entry (LeNet-5, standard tier) with its recipe or claim changed."""
    loaded = from_bundle(bundles.bundle(tiers=("standard",)))
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            target = spec["recipe"] if part == "recipe" else spec["entry"]["claims"][0]
            target.update(values)
    return loaded
