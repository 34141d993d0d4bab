"""Which runs are missing of those that the last call of the workflow asked for.

A call says what it asks for as it begins (`write_asked`), so that a report made later, after the call was
killed or by `snakemake report`, still tells what is missing. What is missing belongs to the folder in which
the call was made, not to the bundle, which holds what was measured and can be merged.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import records
from benchmarks.commands import select
from benchmarks.commands.reading import read_objects
from benchmarks.commands.verdict import outcomes

#: What the last call asked for; below the folder of the results.
ASKED = "asked.json"
#: What is missing of it, for the report.
MISSING = "missing.json"


def write_asked(selection: Mapping[str, Any], machine: str, command: str, results: Path) -> None:
    """Note what a call asks for: its checked configuration, the machine's part of its jobs' names, its words.

    A note that says the same already is left as it is.
    """
    note = {"selection": dict(selection), "machine": machine, "command": command}
    path = results / ASKED
    if path not in (noted := read_objects([path], (), "")[0]) or noted[path] != json.loads(json.dumps(note)):
        records.write_json_atomic(note, path)


def write_missing(results: Path) -> list[str]:
    """Write what is missing of what the last call asked for. Returns a sentence if that is anything.

    The file holds the number of runs that were `asked` for, the `command` that continues, and the `missing`
    runs, those together that differ in the seed alone: {"entry", "recipe", "tier", "execution", "seeds",
    "reason"}. Where no call has left a note, nothing was asked for.
    """
    path = results / ASKED
    needed = ("selection", "machine", "command")
    noted, notes = read_objects([path] if path.exists() else [], needed, "call snakemake again")
    asked, command = 0, ""
    groups: dict[tuple[Any, ...], list[int]] = {}
    if note := noted.get(path):
        command = note["command"]
        try:
            jobs = select.jobs(note["selection"], note["machine"])
            found = outcomes(results, jobs, note["selection"])
        except (ValueError, LookupError, TypeError) as error:
            notes.append(f"{path} is of another version of the suite ({error}): call snakemake again")
            found = []
        asked = len(found)
        for status, run, reason in found:
            if status == "missing":
                key = (*(run[name] for name in ("entry", "recipe", "tier", "execution")), reason)
                groups.setdefault(key, []).append(run["seed"])
    names = ("entry", "recipe", "tier", "execution", "reason")
    rows = [dict(zip(names, key, strict=True)) | {"seeds": sorted(seeds)} for key, seeds in groups.items()]
    records.write_json_atomic({"asked": asked, "command": command, "missing": rows}, results / MISSING)
    if rows:
        count = sum(len(row["seeds"]) for row in rows)
        notes.append(f"{count} of the {asked} runs that the last call asked for are missing")
    return notes
