"""Say which runs failed.

`python -m benchmarks.commands.verdict --results results --selection '{"tier": "pocket", ...}'` reads existing
records, the same ones that the report shows.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks import records
from benchmarks.commands import select
from benchmarks.commands.reading import ends_well, files, read_objects, read_records, read_summaries


def verdict(
    results: Path, jobs: Mapping[str, list[select.Run]], again: str = "snakemake --forcerun=train"
) -> tuple[bool, str]:
    """Whether every run of these jobs has a record with the status ok, and a text on those that have not.

    `again` is the command that runs them again.
    """
    outcomes: list[tuple[str, select.Run, str]] = []
    for job, runs in jobs.items():
        path = results / "jobs" / f"{job}.json"
        done, notes = (
            read_summaries([path])
            if path.exists()
            else ({}, [f"its job did not finish; results/logs/train/{job}.log says why"])
        )
        if not done:
            outcomes += [("missing", run, notes[0]) for run in runs]
            continue
        items = done[path]["runs"]
        present, _ = read_records(results / item["record"] for item in items)
        for run, item in zip(runs, items, strict=False):
            record = present.get(results / item["record"])
            if record is None:
                outcomes.append(("missing", run, f"{results / item['record']} is missing or cannot be read"))
            else:
                outcomes.append((record["run"]["status"], run, record["run"]["reason"]))
    counts = Counter(status for status, _, _ in outcomes)
    lines = [
        f"{len(outcomes)} runs: " + ", ".join(f"{count} {status}" for status, count in counts.most_common())
    ]
    failed = [outcome for outcome in outcomes if outcome[0] != "ok"]
    lines += [f"{status}: {label(run)}: {reason}" for status, run, reason in failed]
    if any(status != "missing" for status, _, _ in failed):
        lines.append("The report shows the failed runs too.")
    if any(status != "diverged" for status, _, _ in failed):  # it would diverge again
        lines.append(f"To repeat the runs that did not finish: {again}")
    return not failed, "\n".join(lines)


def label(run: select.Run) -> str:
    """The name of a run in messages."""
    again = f", execution {run['execution']}" if run["execution"] > 1 else ""
    return f"{run['entry']} {run['recipe']} {run['tier']} seed {run['seed']}{again}"


def distrust(results: Path, jobs: Iterable[str]) -> None:
    """Remove the summaries of jobs that have lost a record or have one cut short, and unreadable summaries.

    These jobs are not done. The verdict, which no longer holds, is removed as well: as long as it exists,
    Snakemake does not notice that the summaries it was made from are missing.
    """
    for path in [results / "jobs" / f"{job}.json" for job in jobs]:
        if not path.exists():
            continue
        done, _ = read_summaries([path])
        if not done or not all(ends_well(results / item["record"]) for item in done[path]["runs"]):
            path.unlink()
            (results / "verdict.txt").unlink(missing_ok=True)


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
        all_ok, text = verdict(
            arguments.results, jobs, os.environ.get("HISTORY_COMMAND", "snakemake --forcerun=train")
        )
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
