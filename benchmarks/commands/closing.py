"""What is said when a call of the workflow has ended: five lines, or why it ended before anything began."""

import csv
import itertools
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.commands import times
from benchmarks.commands.course import Call, Course, final_measures, headline, label, measured
from benchmarks.commands.reading import read_summaries
from benchmarks.commands.view import Line, duration, lost, relative, several
from benchmarks.records import clean_text, write_bytes_atomic

#: At most so many failures are named in the last lines; all were named when they happened.
NAMED = 3
#: At most so many lines of a log are shown.
SHOWN_LINES = 12


def five_lines(
    course: Course, call: Call, code: int, stopped: bool, wall_s: float, set_up_s: float | None, log: Path
) -> list[Line]:
    """How the call ended, what was learned best, what failed, where the time went, where the report is.

    `code` is the exit code of the call, `stopped` whether it was interrupted, `wall_s` the seconds that it
    took. The whole table of times goes to results/logs/times.txt.
    """
    summaries, _ = read_summaries(
        path for job in call.jobs if (path := call.results / "jobs" / f"{job}.json").exists()
    )
    items = [item for summary in summaries.values() for item in summary["runs"]]
    statuses = Counter(str(item.get("status")) for item in items)
    total = sum(len(runs) for runs in call.jobs.values())
    if stopped:
        done = course.counts()[0]
        ending = f"stopped after {done} of {several(total, 'run')}; the same command goes on from there"
    else:
        counts = [f"{count} {status}" for status, count in statuses.most_common()]
        if total > len(items):
            counts.append(f"{total - len(items)} missing")
        ending = f"{several(total, 'run')} in {duration(wall_s)}: {', '.join(counts)}"
    failed = failures(items, course, call, stopped)
    if failed:
        more = f"; and {len(failed) - NAMED} more" if len(failed) > NAMED else ""
        failed_line = "; ".join(failed[:NAMED]) + more + f" ({relative(log)} says more)"
    elif code and not stopped:
        failed_line = f"Snakemake, with exit code {code}; {relative(log)} says why"
    else:
        failed_line = "nothing"
    page = call.results / "report" / "index.html"
    return [
        ("done" if not code else "ended", ending),
        ("learned best", learned_best(read(call.results / str(item["record"]) for item in items), call)),
        ("failed", failed_line),
        ("time", where_time_went(call.results, set_up_s)),
        ("report", relative(page) if page.exists() else f"none; {relative(log)} says why"),
    ]


def read(paths: Iterable[Path]) -> list[Any]:
    """The records in these files, unchecked, without those that cannot be read."""
    found = []
    for path in paths:
        try:
            found.append(json.loads(path.read_bytes()))
        except (OSError, ValueError):
            continue
    return found


def failures(items: Iterable[Mapping[str, Any]], course: Course, call: Call, stopped: bool) -> list[str]:
    """A phrase for each run that did not end well, each job that was lost, each other step that failed."""
    found = []
    for item in items:
        if item.get("status") != "ok":
            reason = clean_text(str(item.get("reason", "")), 200)
            found.append(f"{label({'execution': 1, **item})}: {item['status']}{reason and ', '}{reason}")
    if stopped:
        return found
    # The step `verdict` fails because a run did.
    return found + [lost(step, call) for step in dict.fromkeys(course.lost) if step.rule != "verdict"]


def learned_best(found: Iterable[Any], call: Call) -> str:
    """The best entry on the data set that most entries learned, and the verdicts on the papers' numbers."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for record in found:
        try:
            if record["run"]["status"] == "ok" and final_measures(record):
                groups.setdefault((record["run"]["task"], record["run"]["dataset"]), []).append(record)
        except (LookupError, TypeError):
            continue
    if not groups:
        return "nothing yet"
    (_, dataset), members = max(groups.items(), key=lambda group: (entries_of(group[1]), len(group[1])))
    parts = [clean_text(best_of(dataset, members), 200), verdicts(call)]
    return "; ".join(filter(None, parts))


def entries_of(found: Iterable[Any]) -> int:
    """How many entries these records are of."""
    return len({record["run"]["entry"] for record in found})


def best_of(dataset: str, members: Iterable[Any]) -> str:
    """The entry with the best median over its seeds, by the measure that most of these runs are known by."""
    values: dict[str, dict[tuple[str, str], list[float]]] = {}
    about: dict[str, tuple[str, str]] = {}
    for record in members:
        final, run = final_measures(record), record["run"]
        if (name := headline(record, final)) is None:
            continue
        measure = next(measure for measure in record["spec"]["measures"] if measure["name"] == name)
        about[name] = measure["unit"], measure["direction"]
        values.setdefault(name, {}).setdefault((run["entry"], run["recipe"]), []).append(final[name])
    if not values:
        return ""
    name = max(values, key=lambda name: len(values[name]))
    unit, direction = about[name]
    medians = {key: median(seeds) for key, seeds in values[name].items()}
    key = (max if direction == "higher" else min)(medians, key=lambda key: medians[key])
    entries = len({entry for entry, _ in medians})
    of = f" of {entries} entries" if entries > 1 else ""
    seeds = len(values[name][key])
    over = f" (median of {seeds} seeds)" if seeds > 1 else ""
    return f"{dataset}{of}: {' '.join(key)}, {measured(name, medians[key], unit)}{over}"


def verdicts(call: Call) -> str:
    """How many of the papers' numbers the runs reproduce, as the report says. Empty without a report."""
    entries = {run["entry"] for runs in call.jobs.values() for run in runs}
    try:
        with open(call.results / "report" / "tables" / "claims.csv", newline="", encoding="utf-8") as file:
            counts = Counter(row["verdict"] for row in csv.DictReader(file) if row["entry"] in entries)
    except (OSError, ValueError, KeyError, csv.Error):
        return ""
    said = [f"{counts[word]} {word}" for word in ("reproduced", "exceeded", "missed") if counts[word]]
    return f"papers' numbers: {', '.join(said)}" if said else ""


def where_time_went(results: Path, set_up_s: float | None) -> str:
    """The largest shares of the time of all processes; the table goes to results/logs/times.txt."""
    known = times.seconds(results, set_up_s)
    path = results / "logs" / "times.txt"
    write_bytes_atomic(f"{times.table(known)}\n".encode(), path)
    total = sum(known.values())
    largest = sorted(known, key=lambda name: known[name], reverse=True)[:3]
    shares = ", ".join(f"{name} {known[name] / total:.0%}" for name in largest if total and known[name])
    return f"{shares or 'none'} ({relative(path)})"


def why(output: str, folder: Path) -> str | None:
    """The sentence with which Snakemake says why it did nothing, or None if it says none.

    `folder` is the one that places are named from. The place of a WorkflowError is left out, since the
    workflow raises it about what it was given.
    """
    lines = [line for line in output.splitlines() if line.strip()]
    # What the suite's own commands or the command line says comes before what follows from it.
    if match := re.search(r"^(?:snakemake: )?error: (.*)", output, re.MULTILINE):
        return match[1]
    for number, line in reversed(list(enumerate(lines))):
        if match := re.fullmatch(r"(\w*(?:Error|Exception))(?: in file \"(.*)\", line (\d+))?:", line):
            said = list(itertools.takewhile(lambda line: not line.startswith("  File "), lines[number + 1 :]))
            sentence = " ".join(line.strip() for line in said if line != "None").rstrip(": ")
            if not sentence or match[1] == "WorkflowError" or match[2] is None:
                return sentence or None
            places = re.findall(r'^  File "(.*)", line (\d+)', "\n".join(lines[number + 1 :]), re.MULTILINE)
            path, where = places[-1] if places else (match[2], match[3])
            seen = os.path.relpath(path, folder)
            return f"{match[1]}: {sentence} ({path if seen.startswith('..') else seen}, line {where})"
    match = re.fullmatch(r"\w*(?:Error|Exception): (.*)", lines[-1]) if lines else None
    return match[1] if match else None


def end_of(output: str) -> list[str]:
    """The last lines that say something."""
    return [line for line in output.splitlines() if line.strip()][-SHOWN_LINES:]
