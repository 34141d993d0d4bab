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
    return from_tables(
        rows, bundle.specs, {ids[id]: named for id, named in bundle.pictures.items()}, "edited"
    )


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
