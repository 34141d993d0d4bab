"""Repeats a run of a bundle, and says whether it gives the same; if not, what differs.

A bundle may be anybody's: the installed catalogue's recipe of the same name is trained, never the bundle's.
"""

import difflib
import itertools
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import catalogue, datasets, records
from benchmarks.engine import backend, jobs, lease
from benchmarks.engine.runs import Options, Run, asked, record_path
from benchmarks.records.csv_tables import to_rows
from benchmarks.records.files import plain
from benchmarks.records.identity import REMARKS
from benchmarks.records.schema import HARDWARE, SOFTWARE, Rows, short

#: The most differences of one kind that are printed.
MOST = 30
SOURCE = ("source_sha256", "commit", "dirty", "lock_sha256")


def repeat(
    id: str, folder: Path, out: Path | None, data_dir: Path | None, progress: Callable[[str], None]
) -> int:
    """Train the run again, and print how it compares with each of its executions in the bundle.

    The runs from whose weights it starts are trained before it.
    `id` is that of a run, or of one execution of it; `out` is a new temporary folder if None. Returns 0 if
    status, weights and final measures are the same, 1 if not. Raises ValueError, KeyError or ImportError,
    each with one sentence, where the run cannot be repeated here.
    """
    bundle = records.read_bundle(folder)
    executions = _executions(bundle, id)
    first = executions[0]
    then = bundle.specs[first["spec_id"]]["asked"]
    entry = catalogue.load(first["entry"])
    recipe = catalogue.recipe(entry, first["tier"], first["recipe"])
    backend.check(first["backend"], first["precision"], first["devices"])
    lease.check(first["threads"])
    trained = [recipe, *(start for _, start in catalogue.ancestors(entry, recipe))]
    for name in dict.fromkeys(name for each in trained for name in catalogue.datasets(each)):
        try:
            datasets.load(name, data_dir)
        except (datasets.DataError, OSError) as error:
            raise ValueError(f"the data set {name} is not at hand: {error}") from None

    out = out or Path(tempfile.mkdtemp(prefix="repeat-"))
    of_bundle = {name: first[name] for name in ("backend", "precision", "threads", "devices")}
    of_bundle["determinism"] = then.get("determinism", "bitwise")
    options = jobs.with_absolute_paths(
        Options(**of_bundle, data_dir=data_dir, out=out, checkpoint_dir=out / "checkpoints")
    )
    # A record that is there already, of an earlier repetition perhaps, must not stand for this one.
    numbered = (Run(entry, recipe, first["seed"], execution) for execution in itertools.count(1))
    run = next(run for run in numbered if not record_path(run, options).exists())
    threads = f"{options.threads} thread{'s' if options.threads > 1 else ''}"
    shared = f", shared by {options.devices} devices" if options.devices > 1 else ""
    asked_for = f"on {options.backend}, in {options.precision}, on {threads}{shared}"
    print(f"{first['run_id']} is {entry.id} {recipe.name}, {recipe.tier} tier, seed {run.seed}, {asked_for}")
    if changed := recipe_differences(then, asked(run, options)):
        print(
            "the catalogue's recipe, which is trained, differs from the bundle's: " + "; ".join(changed),
            flush=True,
        )
    try:
        jobs.execute(jobs.with_parents([run]), options, progress)
    except SystemExit as end:
        if isinstance(end.code, str):  # a fault of this machine's, such as a full disk
            raise ValueError(end.code) from None
        raise
    record = records.read_record(record_path(run, options))
    machines = {(row["machine_id"], row["software_id"]): row for row in to_rows("machines", bundle.machines)}
    same = True
    for row in executions:
        measures = to_rows(
            "measures", bundle.measures[bundle.measures["execution_id"] == row["execution_id"]]
        )
        equal, lines = compared(row, measures, record)
        same = same and equal
        print(
            f"execution {row['execution_id']} of {row['started']}: {'the same' if equal else 'not the same'}"
        )
        print("\n".join(f"  {line}" for line in lines))
        differing = differences(row, machines[row["machine_id"], row["software_id"]], then, record)
        if differing:
            print("  nevertheless, these differ:" if equal else "  these differ, and may be why:")
            print("\n".join(f"    {kind}: {'; '.join(sentences)}" for kind, sentences in differing.items()))
        elif not equal:
            print(
                "  nothing on record differs: the same run gave other numbers, which is a defect of the suite"
            )
    print(f"record: {record_path(run, options)}")
    print("the same" if same else "not the same")
    return 0 if same else 1


def _executions(bundle: records.Bundle, id: str) -> Rows:
    """The rows of a run, or the row of an execution. Raises KeyError with the nearest ids."""
    runs = bundle.runs
    rows = to_rows("runs", runs[(runs["run_id"] == id) | (runs["execution_id"] == id)])
    if not rows:
        near = difflib.get_close_matches(
            id, [*runs["run_id"].unique(), *runs["execution_id"]], n=3, cutoff=0.5
        )
        remedy = (
            f"did you mean {' or '.join(near)}?" if near else "its report lists all, on the provenance pages"
        )
        raise KeyError(f"{bundle.source}: holds no run or execution {short(id)}: {remedy}")
    return rows


def compared(row: Mapping[str, Any], measures: Rows, record: records.Record) -> tuple[bool, list[str]]:
    """Compare status, weights and final measures of an execution and a record.

    Returns whether they are the same, and a sentence on each.
    """
    now = record["run"]
    lines, equal = [], True

    def add(what: str, old: Any, new: Any, shown: Callable[[Any], str]) -> None:
        nonlocal equal
        equal = equal and old == new
        lines.append(
            f"{what}: the same, {shown(old)}"
            if old == new
            else f"{what}: {shown(old)} then, {shown(new)} now"
        )

    def status(run: Mapping[str, Any]) -> str:
        return str(run["status"]) + (f" ({_fact(run['reason'])})" if run["reason"] else "")

    if row["status"] != "ok" or now["status"] != "ok":
        lines.append(f"status: {status(row)} then, {status(now)} now")
        equal = row["status"] == now["status"]
    add(
        "weights",
        row["weights_sha256"],
        now["weights_sha256"],
        lambda sha256: f"SHA-256 {sha256}" if sha256 else "none",
    )
    before, after = _final(measures), _final(record["measures"])
    for key in sorted(before | after):
        add(" ".join(key), before.get(key), after.get(key), _measure)
    return equal, lines


def _final(measures: Rows) -> dict[tuple[str, str], tuple[Any, str]]:
    """(split, measure) -> value and unit of the measures after training."""
    return {
        (row["split"], row["measure"]): (row["value"], row["unit"])
        for row in measures
        if row["epoch"] is None
    }


def differences(
    row: Mapping[str, Any], machine: Mapping[str, Any], then: Mapping[str, Any], record: records.Record
) -> dict[str, list[str]]:
    """The differences between the circumstances of an execution and a record: sentences by kind."""
    now = record["run"]
    by_kind = {
        "machine": _differing(HARDWARE, machine, record["machine"])
        + _differing(("device", "matmul_precision"), row, now),
        "software": _differing(SOFTWARE, machine, record["machine"]),
        "source": _differing(SOURCE, row, now),
        "start": _differing(("start_sha256",), row, now),
        "recipe": recipe_differences(then, record["spec"]["asked"]),
        "data": _differing(("data_checksum",), then, record["spec"]["asked"]),
    }
    return {kind: sentences for kind, sentences in by_kind.items() if sentences}


def recipe_differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The differences of two recipes, one sentence for each hyperparameter."""
    before, after = plain(then["recipe"]), plain(now["recipe"])
    return _differing([name for name in sorted(before | after) if name not in REMARKS], before, after)


def _differing(names: Iterable[str], then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    differ = [name for name in names if then.get(name) != now.get(name)]
    sentences = [
        f"{_fact(name)} {_fact(then.get(name))} then, {_fact(now.get(name))} now" for name in differ[:MOST]
    ]
    return sentences + ([f"and {len(differ) - MOST} more"] if len(differ) > MOST else [])


def _fact(value: Any) -> str:
    """A value as text, with characters escaped that could move a terminal's cursor."""
    if value is None or value == "":
        return "not stated"
    text = value if isinstance(value, str) and value.isprintable() else json.dumps(value, sort_keys=True)
    return text if len(text) <= 500 else f"{text[:497]}..."


def _measure(measured: tuple[Any, str] | None) -> str:
    if measured is None or measured[0] is None:
        return "not measured" if measured is None else "no number"
    return f"{measured[0]!r} {_fact(measured[1]) if measured[1] else ''}".strip()
