"""Gather the records of runs into a bundle, and say which runs of the last call are missing.

`python -m benchmarks.commands.gather --results results --out results/bundle` reads existing records only.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import catalogue, records, sources
from benchmarks.commands.missing import write_missing
from benchmarks.commands.reading import (
    files,
    is_price,
    read_ceilings,
    read_price,
    read_records,
    read_speeds,
    read_summaries,
)


def bundle(results: Path, out: Path, price_per_hour: float | None = None, currency: str = "") -> list[str]:
    """Write the bundle of the records in `results/runs`. Returns what it holds, lacks and leaves out.

    A price holds for later calls too, until another is given. Raises RecordError if there is no record to
    gather.
    """
    present, notes = read_records(files(results / "runs", "*/*.json"))
    if not present:
        more = f"; {notes[0]}" if notes else ""
        raise records.RecordError(
            f"{results / 'runs'} has no records: train something first, for example with `snakemake`{more}"
        )
    current_records, more_notes = current(present)
    notes += more_notes
    if not current_records:
        raise records.RecordError(
            f"{results / 'runs'} has records of older recipes only, none of the present ones: "
            "train something first"
        )
    asked, more_notes = asked_for(results)
    notes += more_notes
    kept = {path: with_present_card(record) for path, record in newest(current_records, asked).items()}
    if replaced := len(current_records) - len(kept):
        notes.append(f"{replaced} records that newer ones replace are left out")
    ceilings, more_notes = read_ceilings(files(results / "machines", "*.json"))
    notes += more_notes
    speeds, more_notes = read_speeds(files(results / "speeds", "*.json"))
    notes += more_notes
    price_per_hour, currency, more_notes = priced(results, price_per_hour, currency)
    notes += more_notes
    gathered = records.from_records(
        kept.values(), map(str, kept), ceilings.values(), speeds, price_per_hour, currency, source=str(out)
    )
    records.write_bundle(gathered, out)
    if foreign := len(speeds) - len(gathered.speeds):
        notes.append(f"{foreign} speeds are left out: of machines and software without runs")
    if unmeasured := len(gathered.machines) - len(
        gathered.ceilings[["machine_id", "software_id"]].drop_duplicates()
    ):
        notes.append(
            f"{unmeasured} of {len(gathered.machines)} machines have no ceilings: "
            "run snakemake --forcerun machine on them"
        )
    return [f"{len(kept)} records are in {out}", *notes]


def asked_for(results: Path) -> tuple[dict[Path, str], list[str]]:
    """When a job last asked for each record, and a sentence on each job's summary that cannot be read."""
    done, notes = read_summaries(files(results / "jobs", "*.json"))
    asked: dict[Path, str] = {}
    for job in done.values():
        for item in job["runs"]:
            path = results / item["record"]
            asked[path] = max(asked.get(path, ""), job.get("ended", ""))  # older summaries have no `ended`
    return asked, notes


def newest(by_path: Mapping[Path, records.Record], asked: Mapping[Path, str]) -> dict[Path, records.Record]:
    """Of several runs that answer one question, the one that was asked for last, with all its executions.

    Records are given by their files. A record is asked for when its run starts, and again when a job finds
    that it exists: `asked` says when that last happened.
    """
    standing: dict[tuple[Any, ...], tuple[str, str]] = {}
    for path, record in by_path.items():
        question = records.question(record)
        when = max(record["run"]["started"], asked.get(path, ""))
        standing[question] = max(standing.get(question, ("", "")), (when, record["run"]["run_id"]))
    stand = {run_id for _, run_id in standing.values()}
    return {path: record for path, record in by_path.items() if record["run"]["run_id"] in stand}


def with_present_card(record: records.Record) -> records.Record:
    """A record made with the present source, with what its entry says now.

    Claims, story and the like change without a new run. A record of other source is returned unchanged.
    """
    run, spec = record["run"], record["spec"]
    try:
        entry = catalogue.load(run["entry"])
        recipe = catalogue.recipe(entry, run["tier"], run["recipe"])
    except KeyError:  # an entry or a recipe that is no longer in the catalogue
        return record
    if run["source_sha256"] != sources.source_sha256(entry, recipe, run["backend"]):
        return record
    now = spec | {
        "asked": spec["asked"] | {"recipe": catalogue.plain(recipe)},
        "card": catalogue.card(entry),
    }
    return record | {"run": run | {"spec_id": records.spec_id(now)}, "spec": now}


def current(by_path: Mapping[Path, records.Record]) -> tuple[dict[Path, records.Record], list[str]]:
    """The records of recipes that the catalogue still has, unedited, and a sentence on the others.

    Records of entries that the catalogue does not know are kept.
    """
    ids = set(catalogue.ids())
    present = {
        (id, recipe.name, recipe.tier): catalogue.plain(recipe)
        for id in {record["run"]["entry"] for record in by_path.values()} & ids
        for recipe in catalogue.load(id).recipes
    }
    kept, older = {}, Counter[str]()
    unknown: Counter[str] = Counter()
    for path, record in by_path.items():
        run = record["run"]
        unknown[run["entry"]] += run["entry"] not in ids
        recipe = present.get((run["entry"], run["recipe"], run["tier"]))
        as_now = (
            recipe and records.spec_hash(record["spec"]["asked"] | {"recipe": recipe}) == run["spec_hash"]
        )
        if run["entry"] in ids and not as_now:
            older[run["entry"]] += 1
        else:
            kept[path] = record
    notes = []
    if older:
        notes.append(
            f"{older.total()} records of recipes that were edited or removed since are left out, "
            f"of {', '.join(sorted(older))}"
        )
    if unknown.total():
        named = ", ".join(sorted(+unknown))
        notes.append(f"{unknown.total()} records are of entries that this catalogue does not have: {named}")
    return kept, notes


def priced(results: Path, price_per_hour: float | None, currency: str) -> tuple[float | None, str, list[str]]:
    """The given price, which is noted for later calls, or the noted one; and a sentence on a bad note."""
    path = results / "price.json"
    if price_per_hour is None:
        return read_price(path)
    records.write_json_atomic({"price_per_hour": price_per_hour, "currency": currency}, path)
    return price_per_hour, currency, []


def main() -> int:
    """0 if the bundle was written, 2 if there is nothing to gather."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.gather", description="Write the bundle of all records."
    )
    parser.add_argument(
        "--results", type=Path, default=Path("results"), help="folder of the results (default: results)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("results/bundle"),
        help="folder of the bundle (default: results/bundle)",
    )
    parser.add_argument(
        "--price", type=float, help="price of an hour of the machine, for machines that have none on record"
    )
    parser.add_argument("--currency", default="", help="currency of the price, e.g. EUR")
    arguments = parser.parse_args()
    try:
        if (arguments.price is None) != (not arguments.currency):
            raise ValueError("--price and --currency go together; give both or neither")
        if arguments.price is not None and not is_price(arguments.price, arguments.currency):
            raise ValueError(
                f"--price {arguments.price:g} --currency {arguments.currency!r} is no price: give a number"
                " from 0 to a billion and a currency such as EUR"
            )
        notes = bundle(arguments.results, arguments.out, arguments.price, arguments.currency)
        print("\n".join([*notes, *write_missing(arguments.results)]))
    except (records.RecordError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
