"""Reading what runs left under `results`. What cannot be read is named and left out: a broken file never
stops a report."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import records
from benchmarks.records import schema_3, schema_4
from benchmarks.records.validation import table_defects

#: What a speed is the speed of.
SPEED = (
    *("machine_id", "software_id", "entry", "recipe", "tier", "precision", "threads"),
    *("devices", "work", "batch_size"),
)


def files(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder, sorted, without the hidden ones that systems leave when they copy."""
    return [path for path in sorted(folder.glob(pattern)) if not path.name.startswith(".")]


def read_objects(
    paths: Iterable[Path], needed: tuple[str, ...], remedy: str
) -> tuple[dict[Path, dict[str, Any]], list[str]]:
    """The JSON objects with the keys `needed` in these files, and a sentence on each other file."""
    objects: dict[Path, dict[str, Any]] = {}
    notes = []
    for path in paths:
        try:
            value = json.loads(path.read_bytes())
            if not isinstance(value, dict) or not set(needed) <= set(value):
                raise ValueError(f"needs the keys {', '.join(needed)}")
            objects[path] = value
        except (OSError, ValueError) as error:
            notes.append(f"{path} is left out because it cannot be read ({error}): {remedy}")
    return objects, notes


def read_summaries(paths: Iterable[Path]) -> tuple[dict[Path, dict[str, Any]], list[str]]:
    """The summaries of jobs in these files, and a sentence on each other file."""
    summaries, notes = read_objects(paths, ("runs", "process_s"), "delete it, and call snakemake again")
    for path, done in list(summaries.items()):
        names = (
            [isinstance(item, dict) and item.get("record") for item in done["runs"]]
            if isinstance(done["runs"], list)
            else [None]
        )
        if not all(isinstance(name, str) for name in names) or not isinstance(done["process_s"], int | float):
            notes.append(
                f"{path} is left out because it is not the summary of a job: delete it,"
                " and call snakemake again"
            )
            del summaries[path]
    return summaries, notes


def read_records(paths: Iterable[Path]) -> tuple[dict[Path, records.Record], list[str]]:
    """The records in these files, and a sentence on each other file."""
    complete: dict[Path, records.Record] = {}
    notes = []
    for path in paths:
        try:
            complete[path] = records.read_record(path)
        except (records.RecordError, OSError) as error:
            notes.append(
                f"{path} is left out because it is not a complete record: delete it and run its entry again "
                f"({str(error).splitlines()[0]})"
            )
    return complete, notes


def read_ceilings(paths: Iterable[Path]) -> tuple[dict[Path, dict[str, Any]], list[str]]:
    """The ceilings in these files, and a sentence on each other file."""
    remedy = "delete it, and call snakemake --forcerun machine"
    found, notes = read_objects(paths, (), remedy)
    ceilings = {path: schema_4.row_of("ceilings", schema_3.ceilings(row)) for path, row in found.items()}
    for path, row in list(ceilings.items()):
        if defects := table_defects("ceilings", [row], str(path)):
            notes.append(f"{path} is left out because it holds no ceilings: {remedy} ({defects[0]})")
            del ceilings[path]
    return ceilings, notes


def read_speeds(paths: Iterable[Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """The newest speed of each kind in these files, and a sentence on each file that cannot be read."""
    remedy = "delete it, and call snakemake speed"
    found, notes = read_objects(paths, ("speeds",), remedy)
    newest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for path, content in found.items():
        rows = content["speeds"] if isinstance(content["speeds"], list) else [content["speeds"]]
        rows = [schema_4.row_of("speeds", row) for row in rows]
        if defects := table_defects("speeds", rows, str(path)):
            notes.append(f"{path} is left out because it holds no speeds: {remedy} ({defects[0]})")
            continue
        for row in rows:
            key = tuple(row[name] for name in SPEED)
            if key not in newest or newest[key]["measured"] < row["measured"]:
                newest[key] = row
    return list(newest.values()), notes


def ends_well(path: Path) -> bool:
    """Whether a file of JSON is there and has an end."""
    try:
        with open(path, "rb") as file:
            file.seek(-min(8, path.stat().st_size), os.SEEK_END)
            return file.read().rstrip().endswith(b"}")
    except OSError:
        return False
