"""After the runs: gather their records into a bundle, say which failed, and where the time went.

    python -m benchmarks.collect bundle --results results --out results/bundle
    python -m benchmarks.collect verdict --results results --selection '{"tier": "pocket", ...}' --out results/verdict.txt
    python -m benchmarks.collect times --results results

Reads existing records only, and needs no framework. What cannot be read is named and left out: one broken file costs no report.
"""

import argparse
import csv
import dataclasses
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import catalogue, records, selection, sources
from benchmarks.records.validation import table_defects

#: What makes two records answers to one question: the one asked for last stands, the other was asked otherwise (of other data, say).
QUESTION = ("entry", "recipe", "tier", "seed", "backend", "precision", "threads", "machine_id", "software_id")


def files(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder, sorted, without hidden ones: systems leave files of their own beside those that are copied."""
    return [path for path in sorted(folder.glob(pattern)) if not path.name.startswith(".")]


def read_objects(
    paths: Iterable[Path], needed: tuple[str, ...], remedy: str
) -> tuple[dict[Path, dict[str, Any]], list[str]]:
    """The JSON objects in these files that have the keys `needed`, and a sentence on each file that holds none."""
    found: dict[Path, dict[str, Any]] = {}
    notes = []
    for path in paths:
        try:
            value = json.loads(path.read_bytes())
            if not isinstance(value, dict) or not set(needed) <= set(value):
                raise ValueError(f"needs the keys {', '.join(needed)}")
            found[path] = value
        except (OSError, ValueError) as error:
            notes.append(f"{path} is left out, it cannot be read ({error}): {remedy}")
    return found, notes


def read_summaries(paths: Iterable[Path]) -> tuple[dict[Path, dict[str, Any]], list[str]]:
    """The summaries of jobs in these files, and a sentence on each file that holds none."""
    found, notes = read_objects(paths, ("runs", "process_s"), "delete it, and call snakemake again")
    for path, done in list(found.items()):
        names = (
            [isinstance(item, dict) and item.get("record") for item in done["runs"]]
            if isinstance(done["runs"], list)
            else [None]
        )
        if not all(isinstance(name, str) for name in names) or not isinstance(done["process_s"], int | float):
            notes.append(
                f"{path} is left out, it is no summary of a job: delete it, and call snakemake again"
            )
            del found[path]
    return found, notes


def read_records(paths: Iterable[Path]) -> tuple[dict[Path, records.Record], list[str]]:
    """The records in these files, and a sentence on each file that holds none."""
    found: dict[Path, records.Record] = {}
    notes = []
    for path in paths:
        try:
            found[path] = records.read_record(path)
        except (records.RecordError, OSError) as error:
            notes.append(
                f"{path} is left out, it is no whole record: delete it and run its entry again ({str(error).splitlines()[0]})"
            )
    return found, notes


def read_ceilings(paths: Iterable[Path]) -> tuple[dict[Path, dict[str, Any]], list[str]]:
    """The ceilings in these files, and a sentence on each file that holds none."""
    remedy = "delete it, and call snakemake --forcerun machine"
    found, notes = read_objects(paths, (), remedy)
    for path, row in list(found.items()):
        if defects := table_defects("ceilings", [row], str(path)):
            notes.append(f"{path} is left out, it holds no ceilings: {remedy} ({defects[0]})")
            del found[path]
    return found, notes


def asked_for(results: Path) -> tuple[dict[Path, str], list[str]]:
    """When a job last asked for each record, and a sentence on each job's summary that cannot be read."""
    done, notes = read_summaries(files(results / "jobs", "*.json"))
    asked: dict[Path, str] = {}
    for job in done.values():
        for item in job["runs"]:
            path = results / item["record"]
            asked[path] = max(asked.get(path, ""), job.get("ended", ""))  # summaries of before have none
    return asked, notes


def newest(found: Mapping[Path, records.Record], asked: Mapping[Path, str]) -> dict[Path, records.Record]:
    """Of several runs that answer one question, by the files of their records, the one that was asked for last, with all its executions.

    A record is asked for when its run starts, and again when a job finds it there: `asked` says when that was last.
    """
    standing: dict[tuple[Any, ...], tuple[str, str]] = {}
    for path, record in found.items():
        question = (
            *(record["run"][column] for column in QUESTION),
            record["spec"]["asked"].get("determinism"),
        )
        when = max(record["run"]["started"], asked.get(path, ""))
        standing[question] = max(standing.get(question, ("", "")), (when, record["run"]["run_id"]))
    stand = {run_id for _, run_id in standing.values()}
    return {path: record for path, record in found.items() if record["run"]["run_id"] in stand}


def with_present_card(record: records.Record) -> records.Record:
    """A record from the present source, with what its entry says now: claims, story and the like change without a new run."""
    run, spec = record["run"], record["spec"]
    try:
        entry = catalogue.load(run["entry"])
        recipe = catalogue.recipe(entry, run["tier"], run["recipe"])
    except KeyError:  # an entry or a recipe that is no longer in the catalogue
        return record
    if run["source_sha256"] != sources.source_sha256(entry, recipe, run["backend"]):
        return record
    said = spec | {
        "asked": spec["asked"] | {"recipe": dataclasses.asdict(recipe)},
        "card": catalogue.card(entry),
    }
    return record | {"run": run | {"spec_id": records.spec_id(said)}, "spec": said}


def current(found: Mapping[Path, records.Record]) -> tuple[dict[Path, records.Record], list[str]]:
    """The records of recipes as the catalogue has them now, and a sentence on those of recipes that were edited or removed since.

    Records of entries that the catalogue does not know stay.
    """
    ids = set(catalogue.ids())
    present = {
        (id, recipe.name, recipe.tier): dataclasses.asdict(recipe)
        for id in {record["run"]["entry"] for record in found.values()} & ids
        for recipe in catalogue.load(id).recipes
    }
    kept, older = {}, Counter[str]()
    unknown: Counter[str] = Counter()
    for path, record in found.items():
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
            f"{older.total()} records of recipes that were edited or removed since are left out, of {', '.join(sorted(older))}"
        )
    if unknown.total():
        named = ", ".join(sorted(+unknown))
        notes.append(f"{unknown.total()} records are of entries that this catalogue does not have: {named}")
    return kept, notes


def priced(results: Path, price_per_hour: float | None, currency: str) -> tuple[float | None, str, list[str]]:
    """The price given, which is noted for the next time; where none is given, the one noted. With a sentence if the note cannot be read."""
    path = results / "price.json"
    if price_per_hour is not None:
        records.write_json_atomic({"price_per_hour": price_per_hour, "currency": currency}, path)
    if price_per_hour is not None or not path.exists():
        return price_per_hour, currency, []
    noted, notes = read_objects([path], ("price_per_hour", "currency"), "give the price again")
    return (noted[path]["price_per_hour"], noted[path]["currency"], notes) if noted else (None, "", notes)


def bundle(results: Path, out: Path, price_per_hour: float | None = None, currency: str = "") -> list[str]:
    """Write the bundle of the records in `results/runs`; returns sentences: what it holds, what was left out, what is missing.

    A price that is given holds for later calls too, until another is given. Raises RecordError where there is no record to gather.
    """
    found, notes = read_records(files(results / "runs", "*/*.json"))
    if not found:
        more = f"; {notes[0]}" if notes else ""
        raise records.RecordError(
            f"{results / 'runs'} has no records: train something first, for example with `snakemake`{more}"
        )
    of_now, said = current(found)
    notes += said
    if not of_now:
        raise records.RecordError(
            f"{results / 'runs'} has no records of the present recipes, only older ones: train something first"
        )
    asked, said = asked_for(results)
    notes += said
    kept = {path: with_present_card(record) for path, record in newest(of_now, asked).items()}
    if len(of_now) > len(kept):
        notes.append(f"{len(of_now) - len(kept)} records that newer ones replace are left out")
    ceilings, said = read_ceilings(files(results / "machines", "*.json"))
    notes += said
    price_per_hour, currency, said = priced(results, price_per_hour, currency)
    notes += said
    gathered = records.from_records(
        kept.values(), map(str, kept), ceilings.values(), price_per_hour, currency, source=str(out)
    )
    records.write_bundle(gathered, out)
    if unmeasured := len(gathered.machines) - len(
        gathered.ceilings[["machine_id", "software_id"]].drop_duplicates()
    ):
        notes.append(
            f"{unmeasured} of {len(gathered.machines)} machines have no ceilings: on them, snakemake --forcerun machine"
        )
    return [f"{len(kept)} records are in {out}", *notes]


def distrust(results: Path, jobs: Iterable[str]) -> None:
    """Remove the summaries of jobs of which a record is gone or cut short, and those that cannot be read: these jobs are not done.

    The verdict goes with them, which no longer holds: Snakemake would not miss the summaries as long as it has what was made of them.
    """
    for path in [results / "jobs" / f"{job}.json" for job in jobs]:
        if not path.exists():
            continue
        done, _ = read_summaries([path])
        if not done or not all(ends_well(results / item["record"]) for item in done[path]["runs"]):
            path.unlink()
            (results / "verdict.txt").unlink(missing_ok=True)


def ends_well(path: Path) -> bool:
    """Whether a file of JSON is there and has an end."""
    try:
        with open(path, "rb") as file:
            file.seek(-min(8, path.stat().st_size), os.SEEK_END)
            return file.read().rstrip().endswith(b"}")
    except OSError:
        return False


def verdict(
    results: Path, jobs: Mapping[str, list[selection.Run]], again: str = "snakemake --forcerun=train"
) -> tuple[bool, str]:
    """Whether every run of these jobs has a record, and is ok in it; and the text that says so, run by run where it is not.

    It is the records that count, which the report shows too. `again` is the command that tries again.
    """
    outcomes: list[tuple[str, selection.Run, str]] = []
    for job, runs in jobs.items():
        path = results / "jobs" / f"{job}.json"
        done, notes = (
            read_summaries([path])
            if path.exists()
            else ({}, [f"its job did not end; results/logs/train/{job}.log says why"])
        )
        if not done:
            outcomes += [("missing", run, notes[0]) for run in runs]
            continue
        items = done[path]["runs"]
        found, _ = read_records(results / item["record"] for item in items)
        for run, item in zip(runs, items, strict=False):
            record = found.get(results / item["record"])
            if record is None:
                outcomes.append(
                    ("missing", run, f"{results / item['record']} is not there, or cannot be read")
                )
            else:
                outcomes.append((record["run"]["status"], run, record["run"]["reason"]))
    counts = Counter(status for status, _, _ in outcomes)
    lines = [
        f"{len(outcomes)} runs: " + ", ".join(f"{count} {status}" for status, count in counts.most_common())
    ]
    failed = [outcome for outcome in outcomes if outcome[0] != "ok"]
    lines += [f"{status}: {label(run)}: {reason}" for status, run, reason in failed]
    if any(status != "missing" for status, _, _ in failed):
        lines.append("The report shows those that failed, too.")
    if any(status != "diverged" for status, _, _ in failed):  # that would end in the same way
        lines.append(f"To try again what did not end: {again}")
    return not failed, "\n".join(lines)


def label(run: selection.Run) -> str:
    """What a run is called in messages."""
    again = f", execution {run['execution']}" if run["execution"] > 1 else ""
    return f"{run['entry']} {run['recipe']} {run['tier']} seed {run['seed']}{again}"


def forget_missing_data(results: Path) -> None:
    """Remove the notes that a data set could not be had, so that whoever tries again fetches again."""
    paths = files(results / "data", "*.json")
    noted, _ = read_objects(paths, ("reason",), "")
    for path in paths:
        if path not in noted or noted[path]["reason"]:
            path.unlink()


def rule_seconds(results: Path) -> dict[str, float]:
    """Seconds that each rule took last, over all its jobs, as Snakemake measured them."""
    seconds: dict[str, float] = {}
    root = results / "benchmarks"
    for path in root.rglob("*.tsv"):
        with open(path, newline="", errors="replace") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        try:
            took = float(rows[-1]["s"])
        except (IndexError, KeyError, TypeError, ValueError):  # of a job that was ended while it wrote
            continue
        rule = path.relative_to(root).parts[0].removesuffix(".tsv")
        seconds[rule] = seconds.get(rule, 0.0) + took
    return seconds


def times(results: Path, set_up_s: float | None = None) -> str:
    """A table of where the time went: seconds of processes, which may have run side by side. What cannot be read does not count."""
    done, _ = read_summaries(files(results / "jobs", "*.json"))
    rows = dict.fromkeys(records.CLOCK_NAMES, 0.0)
    # A record can be in the summaries of several jobs: those that were asked for it later only found it there.
    found, _ = read_records(
        sorted({results / item["record"] for job in done.values() for item in job["runs"]})
    )
    for record in found.values():
        for name in records.CLOCK_NAMES:
            rows[name] += record["run"][f"{name}_s"] or 0.0
    rows["start-up"] = max(0.0, sum(job["process_s"] for job in done.values()) - sum(rows.values()))
    by_rule = rule_seconds(results)
    table = {
        "set-up of the software": set_up_s,
        "ceilings of the machine": by_rule.get("machine"),
        **{name: rows[name] for name in records.CLOCK_NAMES},
        "rest of the training jobs": rows["start-up"],
        "collect": by_rule.get("collect"),
        "report": by_rule.get("page"),
    }
    known = {name: seconds for name, seconds in table.items() if seconds is not None}
    total = sum(known.values())
    lines = [f"{'where the time went':<28}{'seconds':>9}{'share':>8}"]
    lines += [
        f"{name:<28}{seconds:>9.1f}{seconds / total if total else 0:>8.0%}" for name, seconds in known.items()
    ]
    lines.append(f"{'sum over processes':<28}{total:>9.1f}")
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    it = argparse.ArgumentParser(
        prog="python -m benchmarks.collect", description="Gather the records of runs."
    )
    commands = it.add_subparsers(dest="command", required=True)
    for name, meaning in (
        ("bundle", "write the bundle of all records"),
        ("verdict", "say which runs failed; exit code 1 if any did"),
        ("times", "say where the time went"),
    ):
        command = commands.add_parser(name, help=meaning)
        command.add_argument(
            "--results", type=Path, default=Path("results"), help="folder of the results (default: results)"
        )
        if name == "bundle":
            command.add_argument(
                "--out",
                type=Path,
                default=Path("results/bundle"),
                help="folder of the bundle (default: results/bundle)",
            )
            command.add_argument(
                "--price",
                type=float,
                help="price of an hour of the machine, for machines that have none on record",
            )
            command.add_argument("--currency", default="", help="currency of the price, e.g. EUR")
        if name == "verdict":
            command.add_argument(
                "--selection", type=json.loads, required=True, help="the checked configuration, as JSON"
            )
            command.add_argument(
                "--machine", default="", help="what stands for the machine in the names of jobs"
            )
            command.add_argument("--out", type=Path, help="file that is written if no run failed")
        if name == "times":
            command.add_argument(
                "--set-up-seconds", type=float, help="seconds that the set-up of the software took"
            )
    return it


def main() -> int:
    """0 if all is well, 1 for a failed run, 2 for results that cannot be read."""
    arguments = parser().parse_args()
    try:
        if arguments.command == "bundle":
            if (arguments.price is None) != (not arguments.currency):
                raise ValueError("--price and --currency go together; give both or neither")
            print("\n".join(bundle(arguments.results, arguments.out, arguments.price, arguments.currency)))
        elif arguments.command == "verdict":
            jobs = selection.jobs(arguments.selection, arguments.machine)
            good, text = verdict(
                arguments.results, jobs, os.environ.get("HISTORY_COMMAND", "snakemake --forcerun=train")
            )
            print(text)
            if not good:
                forget_missing_data(arguments.results)
                return 1
            if arguments.out:
                records.write_bytes_atomic(f"{text}\n".encode(), arguments.out)
        else:
            print(times(arguments.results, arguments.set_up_seconds))
    except (records.RecordError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
