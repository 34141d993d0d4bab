"""Say where the time went: `python -m benchmarks.commands.times --results results`."""

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path

from benchmarks import records
from benchmarks.commands.reading import files, read_records, read_summaries


def rule_seconds(results: Path) -> dict[str, float]:
    """Seconds that each rule took last, over all its jobs, as Snakemake measured them."""
    seconds: dict[str, float] = {}
    root = results / "benchmarks"
    for path in root.rglob("*.tsv"):
        with open(path, newline="", errors="replace") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        try:
            took = float(rows[-1]["s"])
        except (IndexError, KeyError, TypeError, ValueError):  # of a job that was killed while it wrote
            continue
        rule = path.relative_to(root).parts[0].removesuffix(".tsv")
        seconds[rule] = seconds.get(rule, 0.0) + took
    return seconds


def seconds(results: Path, set_up_s: float | None = None) -> dict[str, float]:
    """Seconds that processes spent on each thing; they may have run side by side.

    Files that cannot be read do not count.
    """
    done, _ = read_summaries(files(results / "jobs", "*.json"))
    rows = dict.fromkeys(records.CLOCK_NAMES, 0.0)
    # A record can be in the summaries of several jobs: later jobs only found it on disk.
    trained, _ = read_records(
        sorted({results / item["record"] for job in done.values() for item in job["runs"]})
    )
    for record in trained.values():
        for name in records.CLOCK_NAMES:
            rows[name] += record["run"][f"{name}_s"] or 0.0
    rows["start-up"] = max(0.0, sum(job["process_s"] for job in done.values()) - sum(rows.values()))
    by_rule = rule_seconds(results)
    known = {
        "set-up of the software": set_up_s,
        "ceilings of the machine": by_rule.get("machine"),
        **{name: rows[name] for name in records.CLOCK_NAMES},
        "rest of the training jobs": rows["start-up"],
        "gather": by_rule.get("gather"),
        "report": by_rule.get("page"),
    }
    return {name: value for name, value in known.items() if value is not None}


def table(known: Mapping[str, float]) -> str:
    """The `seconds` as a table, with shares and their sum."""
    total = sum(known.values())
    lines = [f"{'where the time went':<28}{'seconds':>9}{'share':>8}"]
    lines += [
        f"{name:<28}{seconds:>9.1f}{seconds / total if total else 0:>8.0%}" for name, seconds in known.items()
    ]
    lines.append(f"{'sum over processes':<28}{total:>9.1f}")
    return "\n".join(lines)


def times(results: Path, set_up_s: float | None = None) -> str:
    """A table of where the time went."""
    return table(seconds(results, set_up_s))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.times", description="Say where the time went."
    )
    parser.add_argument(
        "--results", type=Path, default=Path("results"), help="folder of the results (default: results)"
    )
    parser.add_argument("--set-up-seconds", type=float, help="seconds that the set-up of the software took")
    arguments = parser.parse_args()
    print(times(arguments.results, arguments.set_up_seconds))


if __name__ == "__main__":
    main()
