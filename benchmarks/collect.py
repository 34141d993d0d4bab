"""After the runs: gather their records into a bundle, say which failed, and where the time went.

    python -m benchmarks.collect bundle --results results --out results/bundle
    python -m benchmarks.collect verdict --results results --selection '{"tier": "pocket", ...}' --out results/verdict.txt
    python -m benchmarks.collect times --results results

Reads existing records only, and needs no framework.
"""

import argparse
import csv
import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import catalogue, records, selection, sources

CLOCKS = ("import", "data", "compile", "train", "evaluate", "checkpoint")
#: What makes two records answers to one question: the one asked for last stands, the other was asked otherwise (another recipe, say).
QUESTION = ("entry", "recipe", "tier", "seed", "backend", "precision", "threads", "machine_id", "software_id")


def newest(found: Mapping[str, records.Record], asked: Mapping[str, str]) -> dict[str, records.Record]:
    """Of several records that answer one question, by their files, the one that was asked for last.

    A record is asked for when its run starts, and again when a job finds it there: `asked` says when that was last.
    """
    when = {name: max(record["run"]["started"], asked.get(name, "")) for name, record in found.items()}
    standing: dict[tuple[Any, ...], str] = {}
    for name, record in found.items():
        question = tuple(record["run"][column] for column in QUESTION)
        other = standing.get(question)
        if other is None or when[name] > when[other]:
            standing[question] = name
    return {name: found[name] for name in sorted(standing.values())}


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
    said = spec | {"asked": spec["asked"] | {"recipe": dataclasses.asdict(recipe)}, "card": catalogue.card(entry)}
    return record | {"run": run | {"spec_id": records.spec_id(said)}, "spec": said}


def bundle(results: Path, out: Path, price_per_hour: float | None = None, currency: str = "") -> str:
    """Write the bundle of all records in `results/runs`; returns a sentence that says what it holds.

    Raises RecordError where there are no records, or one does not keep the schema.
    """
    found = {str(path): with_present_card(records.read_record(path)) for path in sorted((results / "runs").glob("*/*.json"))}
    if not found:
        raise records.RecordError(f"{results / 'runs'} has no records: train something first, for example with `snakemake`")
    asked: dict[str, str] = {}
    for job in (json.loads(path.read_text()) for path in (results / "jobs").glob("*.json")):
        for item in job["runs"]:
            name = str(results / item["record"])
            asked[name] = max(asked.get(name, ""), job.get("ended", ""))  # summaries of before have none
    kept = newest(found, asked)
    ceilings = [json.loads(path.read_text()) for path in sorted((results / "machines").glob("*.json"))]
    gathered = records.from_records(kept.values(), kept, ceilings, price_per_hour, currency, source=str(out))
    records.write_bundle(gathered, out)
    said = f"{len(kept)} runs are in {out}"
    if len(found) > len(kept):
        said += f"; {len(found) - len(kept)} older ones, which newer ones replace, are left out"
    if unmeasured := len(gathered.machines) - gathered.ceilings["machine_id"].nunique():
        said += f"; {unmeasured} of {len(gathered.machines)} machines have no ceilings: on them, snakemake --forcerun machine"
    return said


def summaries(results: Path, jobs: list[str]) -> list[dict[str, Any]]:
    """The summaries of these jobs. Raises FileNotFoundError for a job that has none."""
    return [json.loads((results / "jobs" / f"{job}.json").read_text()) for job in jobs]


def verdict(done: list[dict[str, Any]]) -> tuple[bool, str]:
    """Whether every run of these jobs is ok, and the text that says so, run by run where it is not."""
    runs = [run for job in done for run in job["runs"]]
    counts = Counter(run["status"] for run in runs)
    lines = [f"{len(runs)} runs: " + ", ".join(f"{count} {status}" for status, count in counts.most_common())]
    failed = [run for run in runs if run["status"] != "ok"]
    lines += [f"{run['status']}: {run['entry']} {run['recipe']} {run['tier']} seed {run['seed']}: {run['reason']}" for run in failed]
    if failed:
        lines.append("The report shows them too.")
    if any(run["status"] != "diverged" for run in failed):  # that would end in the same way
        lines.append("To try again what did not end: snakemake --forcerun train")
    return not failed, "\n".join(lines)


def forget_missing_data(results: Path) -> None:
    """Remove the notes that a data set could not be had, so that whoever tries again fetches again."""
    for path in (results / "data").glob("*.json"):
        if json.loads(path.read_text())["reason"]:
            path.unlink()


def rule_seconds(results: Path) -> dict[str, float]:
    """Seconds that each rule took last, over all its jobs, as Snakemake measured them."""
    seconds: dict[str, float] = {}
    root = results / "benchmarks"
    for path in root.rglob("*.tsv"):
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        if rows:
            rule = path.relative_to(root).parts[0].removesuffix(".tsv")
            seconds[rule] = seconds.get(rule, 0.0) + float(rows[-1]["s"])
    return seconds


def times(results: Path, set_up_s: float | None = None) -> str:
    """A table of where the time went: seconds of processes, which may have run side by side."""
    done = [json.loads(path.read_text()) for path in sorted((results / "jobs").glob("*.json"))]
    rows = dict.fromkeys(CLOCKS, 0.0)
    for item in (run for job in done for run in job["runs"]):
        clocks = records.read_record(results / item["record"])["run"]
        for name in CLOCKS:
            rows[name] += clocks[f"{name}_s"] or 0.0
    rows["start-up"] = max(0.0, sum(job["process_s"] for job in done) - sum(rows.values()))
    by_rule = rule_seconds(results)
    table = {
        "set-up of the software": set_up_s,
        "ceilings of the machine": by_rule.get("machine"),
        "import": rows["import"],
        "data": rows["data"],
        "compile": rows["compile"],
        "train": rows["train"],
        "evaluate": rows["evaluate"],
        "checkpoint": rows["checkpoint"],
        "rest of the training jobs": rows["start-up"],
        "collect": by_rule.get("collect"),
        "report": by_rule.get("page"),
    }
    known = {name: seconds for name, seconds in table.items() if seconds is not None}
    total = sum(known.values())
    lines = [f"{'where the time went':<28}{'seconds':>9}{'share':>8}"]
    lines += [f"{name:<28}{seconds:>9.1f}{seconds / total if total else 0:>8.0%}" for name, seconds in known.items()]
    lines.append(f"{'sum over processes':<28}{total:>9.1f}")
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    it = argparse.ArgumentParser(prog="python -m benchmarks.collect", description="Gather the records of runs.")
    commands = it.add_subparsers(dest="command", required=True)
    for name, meaning in (
        ("bundle", "write the bundle of all records"),
        ("verdict", "say which runs failed; exit code 1 if any did"),
        ("times", "say where the time went"),
    ):
        command = commands.add_parser(name, help=meaning)
        command.add_argument("--results", type=Path, default=Path("results"), help="folder of the results (default: results)")
        if name == "bundle":
            command.add_argument("--out", type=Path, default=Path("results/bundle"), help="folder of the bundle (default: results/bundle)")
            command.add_argument("--price", type=float, help="price of an hour of the machine, for machines that have none on record")
            command.add_argument("--currency", default="", help="currency of the price, e.g. EUR")
        if name == "verdict":
            command.add_argument("--selection", type=json.loads, required=True, help="the checked configuration, as JSON")
            command.add_argument("--out", type=Path, help="file that is written if no run failed")
        if name == "times":
            command.add_argument("--set-up-seconds", type=float, help="seconds that the set-up of the software took")
    return it


def main() -> int:
    """0 if all is well, 1 for a failed run, 2 for results that cannot be read."""
    arguments = parser().parse_args()
    try:
        if arguments.command == "bundle":
            print(bundle(arguments.results, arguments.out, arguments.price, arguments.currency))
        elif arguments.command == "verdict":
            good, text = verdict(summaries(arguments.results, list(selection.jobs(arguments.selection))))
            print(text)
            if not good:
                forget_missing_data(arguments.results)
                return 1
            if arguments.out:
                records.write_bytes_atomic(f"{text}\n".encode(), arguments.out)
        else:
            print(times(arguments.results, arguments.set_up_seconds))
    except (records.RecordError, FileNotFoundError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
