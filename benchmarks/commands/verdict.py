"""Say which runs failed.

`python -m benchmarks.commands.verdict --results results --selection '{"tier": "pocket", ...}'` reads existing
records, the same ones that the report shows.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import catalogue, records, sources
from benchmarks.commands import course, select
from benchmarks.commands.reading import ends_well, files, read_objects, read_records, read_summaries

#: A run's status, or "missing"; the run; and the reason.
Outcome = tuple[str, select.Run, str]


def verdict(
    results: Path,
    jobs: Mapping[str, list[select.Run]],
    selection: Mapping[str, Any],
    again: str = "snakemake --forcerun=train",
) -> tuple[bool, str]:
    """Whether every run of these jobs has a record with the status ok, and a text on those that have not.

    `selection` is the configuration that asks for these jobs, `again` the command that runs them again.
    """
    found = outcomes(results, jobs, selection)
    counts = Counter(status for status, _, _ in found)
    lines = [
        f"{len(found)} runs: " + ", ".join(f"{count} {status}" for status, count in counts.most_common())
    ]
    failed = [outcome for outcome in found if outcome[0] != "ok"]
    lines += [f"{status}: {label(run)}: {reason}" for status, run, reason in failed]
    if failed:
        lines.append("The report shows the runs that failed, and names those that are missing.")
    if any(status != "diverged" for status, _, _ in failed):  # it would diverge again
        lines.append(f"To repeat the runs that did not finish: {again}")
    return not failed, "\n".join(lines)


def outcomes(
    results: Path, jobs: Mapping[str, list[select.Run]], selection: Mapping[str, Any]
) -> list[Outcome]:
    """How each run of these jobs ended. Of a job that was lost, those without a record are missing."""
    found: list[Outcome] = []
    for job, runs in jobs.items():
        path = results / "jobs" / f"{job}.json"
        done, notes = read_summaries([path]) if path.exists() else ({}, [lost(job, results)])
        if done:
            paths = [results / item["record"] for item in done[path]["runs"]]
            present, _ = read_records(paths)
            answers = [(present.get(path), f"{path} is missing or cannot be read") for path in paths]
        else:
            answers = [(recorded(run, results, selection), notes[0]) for run in runs]
        for run, (record, reason) in zip(runs, answers, strict=False):
            if record is None:
                found.append(("missing", run, reason))
            else:
                found.append((record["run"]["status"], run, record["run"]["reason"]))
    return found


def recorded(run: select.Run, results: Path, selection: Mapping[str, Any]) -> records.Record | None:
    """The newest record of a run as the selection asks for it, from the present source, of any machine."""
    entry = catalogue.load(run["entry"])
    recipe = catalogue.recipe(entry, run["tier"], run["recipe"])
    asked = {name: selection[name] for name in ("backend", "precision", "threads")}
    asked["devices"] = selection.get("devices", 1)
    asked["source_sha256"] = sources.source_sha256(entry, recipe, selection["backend"])
    determinism = selection.get("determinism", "bitwise")
    for path in reversed(course.record_files(run, results)):
        for record in read_records([path])[0].values():
            said = record["spec"]["asked"].get("determinism", "bitwise")
            if record["run"].items() >= asked.items() and said == determinism:
                return record
    return None


def lost(job: str, results: Path) -> str:
    """Why a job has left no summary, as far as its log tells; one that has not begun has none."""
    log = results / "logs" / "train" / f"{job}.log"
    try:
        said = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return "its job was not started"
    except OSError as error:
        return f"its job did not finish; {log} cannot be read ({error.strerror})"
    # What the engine prints (benchmarks/engine/grace.py).
    how = "was asked to end before it was done" if "the job was asked to end" in said else "did not finish"
    return f"its job {how}; {log} says why"


def label(run: select.Run) -> str:
    """The name of a run in messages."""
    again = f", execution {run['execution']}" if run["execution"] > 1 else ""
    return f"{run['entry']} {run['recipe']} {run['tier']} seed {run['seed']}{again}"


def is_whole(summary: Path, results: Path) -> bool:
    """Whether the summary of a job can be read, and each record that it names is there and not cut short."""
    done, _ = read_summaries([summary])
    return bool(done) and all(ends_well(results / item["record"]) for item in done[summary]["runs"])


def forget_missing_data(results: Path) -> None:
    """Remove the notes on unavailable data sets, so that the next call tries to fetch them again."""
    paths = files(results / "data", "*.json")
    noted, _ = read_objects(paths, ("reason",), "")
    for path in paths:
        if path not in noted or noted[path]["reason"]:
            path.unlink()


def main() -> int:
    """0 if every run ended well, 1 if one failed, 2 for results that cannot be read."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.verdict",
        description="Say which runs failed; exit code 1 if any did.",
    )
    parser.add_argument(
        "--results", type=Path, default=Path("results"), help="folder of the results (default: results)"
    )
    parser.add_argument(
        "--selection", type=json.loads, required=True, help="the checked configuration, as JSON"
    )
    parser.add_argument("--machine", default="", help="the machine's part in the names of jobs")
    parser.add_argument("--out", type=Path, help="file that is written if no run failed")
    arguments = parser.parse_args()
    try:
        jobs = select.jobs(arguments.selection, arguments.machine)
        again = os.environ.get("HISTORY_COMMAND", "snakemake --forcerun=train")
        all_ok, text = verdict(arguments.results, jobs, arguments.selection, again)
        print(text)
        if not all_ok:
            forget_missing_data(arguments.results)
            return 1
        if arguments.out:
            records.write_bytes_atomic(f"{text}\n".encode(), arguments.out)
    except (records.RecordError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
