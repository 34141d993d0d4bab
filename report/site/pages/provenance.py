"""The provenance pages: where each result came from, and the command that repeats it.

There is one page per entry, `provenance/<entry>.html`, and `provenance.html`, which links to them. Their
anchors depend only on identities, so a link stays valid whatever else enters the report: `q-<spec
hash>-<machine id>` for all executions of one question on one machine, `x-<execution id>` for one execution.
"""

from typing import Any

import pandas as pd

from benchmarks.records import clip, in_words
from benchmarks.records.schema import HARDWARE, MACHINES, SOFTWARE
from report.addresses import provenance_page, question_anchor
from report.commands import written_by_the_suite
from report.formats import listed, number
from report.machine_names import described, hardware_in_full
from report.results import Results
from report.site.site import Site

#: Executions on the page of an entry; the others are only in tables/runs.csv.
MOST_EXECUTIONS = 1200
#: What executions of one question on one machine share if they come from the same source.
ORIGIN = ("software_id", "commit", "dirty", "lock_sha256", "source_sha256", "matmul_precision", "device")
#: columns of runs that describe a question
_QUESTION = (
    *("recipe", "tier", "spec_hash", "machine_id", "backend", "precision", "threads", "devices"),
    "dataset",
)

Row = dict[Any, Any]


def write(site: Site) -> None:
    """Writes provenance.html and provenance/<entry>.html."""
    results = site.results
    machines = {(row["machine_id"], row["software_id"]): row for row in results.machines.to_dict("records")}
    values = _headline_texts(results)
    runs_of: dict[str, list[Row]] = {}
    runs = results.runs.sort_values(["seed", "started", "execution_id"], kind="stable")
    for run in results.in_order(runs).to_dict("records"):
        runs_of.setdefault(run["entry"], []).append(run)
    entries = []
    for id, card in results.entries.items():
        content = entry_page(results, runs_of[id], machines, values)
        site.write(provenance_page(id), "provenance_entry.html", id=id, card=card, **content)
        entries.append(
            {
                "card": card,
                "page": provenance_page(id),
                "questions": len(content["groups"]),
                "executions": len(runs_of[id]),
            }
        )
    site.write("provenance.html", "provenance.html", entries=entries)


def entry_page(
    results: Results, runs: list[Row], machines: dict[tuple[str, str], Row], values: dict[str, str]
) -> dict[str, Any]:
    """The content of an entry's page: its questions, how each was answered, and on which machines.

    `runs` are those of the entry; `machines` are given by machine id and software id; `values` maps execution
    ids to headline measures in words.
    """
    by_question: dict[str, list[Row]] = {}
    for run in runs:
        by_question.setdefault(question_anchor(run), []).append(run)
    room = max(1, MOST_EXECUTIONS // max(1, len(by_question)))  # every question gets an equal share
    groups = []
    for anchor, rows in by_question.items():
        by_origin: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows[:room]:
            key = tuple(None if row[name] is pd.NA else row[name] for name in ORIGIN)
            by_origin.setdefault(key, []).append(row)
        spec = results.specs[rows[0]["spec_id"]]
        groups.append(
            {
                **{key: rows[0][key] for key in _QUESTION},
                "anchor": anchor,
                "names": ", ".join(sorted({row["machine_name"] for row in rows} - {""})),
                "letters": listed(list(dict.fromkeys(row["machine"] for row in rows))),
                "hardware": hardware_in_full(machines[rows[0]["machine_id"], rows[0]["software_id"]]),
                "checksum": spec["dataset"]["checksum"],
                "values": [*spec["recipe"]["rows"], ("source", spec["recipe"]["source"])],
                "origins": [_origin(key, same, values) for key, same in by_origin.items()],
                "left": max(0, len(rows) - room),
            }
        )
    used = dict.fromkeys((run["machine_id"], run["software_id"]) for run in runs)
    return {
        "groups": groups,
        "many_machines": len(machines) > 1,
        "machines": [
            (
                f"m-{key[0]}-{key[1]}",
                machines[key]["machine"],
                described(machines[key]),
                _facts(machines[key]),
            )
            for key in used
        ],
    }


def _headline_texts(results: Results) -> dict[str, str]:
    """Execution id -> its headline measure in words."""
    headline = results.headline_values
    columns = (headline[name] for name in ("execution_id", "measure", "value", "unit"))
    return {
        execution: f"{in_words(name)} {number(value)}{unit if unit == '%' else ' ' + unit}".strip()
        for execution, name, value, unit in zip(*columns, strict=True)
    }


def _origin(key: tuple[Any, ...], rows: list[Row], values: dict[str, str]) -> dict[str, Any]:
    """Executions that come from the same source: what they share, and each of them.

    `starts` says whether any of them started from the weights of another run; `hidden` counts recorded
    commands that the suite did not write; `no_command` says that none is recorded.
    """
    seeds_of: dict[str, list[int]] = {}
    for row in rows:
        if row["command"] and written_by_the_suite(row):
            seeds_of.setdefault(row["command"], []).append(row["seed"])
    recorded = [row for row in rows if row["command"]]
    return {
        **dict(zip(ORIGIN, key, strict=True)),
        "executions": [{**row, "value": values.get(row["execution_id"], "")} for row in rows],
        "starts": any(row["start_sha256"] for row in rows),
        "commands": [
            (", ".join(map(str, sorted(set(seeds)))), command) for command, seeds in seeds_of.items()
        ],
        "hidden": len(recorded) - sum(map(len, seeds_of.values())),
        "no_command": not recorded,
    }


def _facts(machine: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """All facts of a machine, as (name, value) in text: hardware, then software."""
    units = {column.name: f" {column.unit}" if column.unit else "" for column in MACHINES}
    parts = (("Hardware", ("machine_id", *HARDWARE)), ("Software", ("software_id", *SOFTWARE)))
    return [
        (
            title,
            [
                (in_words(name), text + units[name] if (text := _fact(machine[name])) else "")
                for name in names
            ],
        )
        for title, names in parts
    ]


def _fact(value: Any) -> str:
    """A fact of a machine as text, empty if it is missing."""
    if value is None or value is pd.NA or value == "" or value != value:
        return ""
    numeric = isinstance(value, float | int) and not isinstance(value, bool)
    return clip(f"{value:,.10g}" if numeric else str(value), 6000)
