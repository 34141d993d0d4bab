"""Reading what runs left under `results`. What cannot be read is named and left out: a broken file never
stops a report."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import records
from benchmarks.records import schema_3, schema_4
from benchmarks.records.schema import short
from benchmarks.records.validation import table_defects

#: A price beyond this is a mistake, as it is in the configuration.
MOST_PER_HOUR = 1e9
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
        except (OSError, ValueError, RecursionError) as error:
            notes.append(f"{path} is left out because it cannot be read ({error}): {remedy}")
    return objects, notes


def is_price(price_per_hour: Any, currency: Any) -> bool:
    """Whether these are the price of an hour, which is a number, and its currency, which is a word."""
    return (
        is_number(price_per_hour)
        and price_per_hour <= MOST_PER_HOUR
        and isinstance(currency, str)
        and records.is_text(currency)
        and currency.split() == [currency]
    )


def is_number(value: Any) -> bool:
    """Whether a value of JSON is a number from 0 that a float can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= sys.float_info.max


def read_price(path: Path) -> tuple[float | None, str, list[str]]:
    """The price of an hour and its currency that a file notes, if it does; and a sentence on a bad one."""
    remedy = "call snakemake with price= and currency= again, or delete it"
    noted, notes = read_objects([path] if path.exists() else [], ("price_per_hour", "currency"), remedy)
    if path not in noted:
        return None, "", notes
    price_per_hour, currency = noted[path]["price_per_hour"], noted[path]["currency"]
    if is_price(price_per_hour, currency):
        return price_per_hour, currency, notes
    holds = f"{short(price_per_hour)} and {short(currency)} are no price and currency"
    return None, "", [f"{path} is left out because {holds}: {remedy}"]


def read_summaries(paths: Iterable[Path]) -> tuple[dict[Path, dict[str, Any]], list[str]]:
    """The summaries of jobs in these files, and a sentence on each other file."""
    summaries, notes = read_objects(paths, ("runs", "process_s"), "delete it, and call snakemake again")
    for path, done in list(summaries.items()):
        names = (
            [isinstance(item, dict) and item.get("record") for item in done["runs"]]
            if isinstance(done["runs"], list)
            else [None]
        )
        texts = [*names, done.get("ended", "")]
        if not all(isinstance(text, str) for text in texts) or not is_number(done["process_s"]):
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
