"""The provenance pages: where each result came from, and the command that repeats it.

One page an entry, `provenance/<entry>.html`, and `provenance.html`, which leads to them. Their anchors are made of identities alone, so that
a link to one stays right whatever else comes into the report: `q-<spec hash>-<machine id>` for all executions of one question on one
machine, `x-<execution id>` for one execution.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment

from benchmarks import records
from benchmarks.records.schema import HARDWARE, MACHINES, SOFTWARE
from report.results import Results, hardware
from report.text import clip, number, slug

#: Executions on the page of an entry; more are in tables/runs.csv alone.
MOST_EXECUTIONS = 1200
#: What executions of one question on one machine have in common, if they were made at one time.
ORIGIN = ("software_id", "commit", "dirty", "lock_sha256", "source_sha256", "matmul_precision", "device")


def anchor(run: Any) -> str:
    """The anchor of all executions of a run's question on its machine."""
    return f"q-{run['spec_hash']}-{run['machine_id']}"


def page(entry: str) -> str:
    """The page of an entry, as seen from index.html."""
    return f"provenance/{slug(entry)}.html"


def addresses(results: Results) -> dict[tuple[str, str], str]:
    """(spec hash, the machine's letter) -> where the executions of this question on this machine are told of, as seen from index.html."""
    runs = results.runs.drop_duplicates(["spec_hash", "machine"]).to_dict("records")
    return {(run["spec_hash"], run["machine"]): f"{page(run['entry'])}#{anchor(run)}" for run in runs}


def written_by_the_suite(run: Any) -> bool:
    """Whether a run's command does no more than what the suite's own would: a bundle may be anybody's, and commands are there to be pasted.

    The steps are the suite's, the arguments those of the row, and all that is left free are values of variables that tell numerical
    libraries how to compute.
    """
    precision, _, seeded = run["precision"].partition(", ")
    words = [
        *(
            "python",
            "-m",
            "benchmarks.engine",
            run["entry"],
            "--tier",
            run["tier"],
            "--dataset",
            run["dataset"],
            "--variant",
            run["variant"],
        ),
        *(
            "--seeds",
            str(run["seed"]),
            "--backend",
            run["backend"],
            "--precision",
            precision,
            "--threads",
            str(run["threads"]),
        ),
        *(("--determinism", seeded) if seeded else ()),
    ]
    quoted = r"(?:[A-Za-z0-9_@%+=:,./-]+|'[^'\n]*'(?:\"'\"'[^'\n]*')*)"
    form = (
        (f"git checkout {run['commit']} && " if run["commit"] else "")
        + r"make setup && \. \.venv/bin/activate && "
        + r"(?:pip install '(?:tensorflow\[and-cuda\]|jax\[cuda12\])==[0-9a-z.]+' && )?"
        + rf"(?:(?:TF|XLA|JAX|DNNL|ONEDNN|MKL|OPENBLAS|BLIS|OMP|KMP|NPY|CUBLAS|CUBLASLT|CUDNN)_[A-Z0-9_]+={quoted} )*"
        + re.escape(shlex.join(words))
    )
    return re.fullmatch(form, run["command"]) is not None


def _fact(value: Any) -> str:
    """A fact of a machine as text."""
    if value is None or value is pd.NA or value == "" or value != value:
        return ""
    return clip(
        f"{value:,.10g}" if isinstance(value, float | int) and not isinstance(value, bool) else str(value),
        6000,
    )


def _machine(machine: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """All facts of a machine: hardware, then software, each as (name, value)."""
    units = {column.name: f" {column.unit}" if column.unit else "" for column in MACHINES}
    parts = (("Hardware", ("machine_id", *HARDWARE)), ("Software", ("software_id", *SOFTWARE)))
    return [
        (
            title,
            [
                (name.replace("_", " "), _fact(machine[name]) + units[name] if _fact(machine[name]) else "")
                for name in names
            ],
        )
        for title, names in parts
    ]


def _origin(key: tuple[Any, ...], rows: list[dict[Any, Any]], values: dict[str, str]) -> dict[str, Any]:
    """Executions that share where they came from: what they share, and each of them."""
    commands: dict[str, list[int]] = {}
    for row in rows:
        if row["command"] and written_by_the_suite(row):
            commands.setdefault(row["command"], []).append(row["seed"])
    known = [row for row in rows if row["command"]]
    return {
        **dict(zip(ORIGIN, key, strict=True)),
        "executions": [{**row, "value": values.get(row["execution_id"], "")} for row in rows],
        "commands": [
            (", ".join(map(str, sorted(set(seeds)))), command) for command, seeds in commands.items()
        ],
        "strange": len(known) - sum(map(len, commands.values())),
        "none": not known,
    }


def entry_page(results: Results, id: str) -> dict[str, Any]:
    """What the page of an entry tells: its questions, how each was answered, and the machines that they were put to."""
    runs = results.runs[results.runs["entry"] == id].sort_values(
        ["seed", "started", "execution_id"], kind="stable"
    )
    runs = results.in_order(runs)
    first = results.first[results.first["entry"] == id]
    values = {
        execution: f"{measure.replace('_', ' ')} {number(value)}{unit if unit == '%' else ' ' + unit}".strip()
        for execution, measure, value, unit in zip(
            *(first[name] for name in ("execution_id", "measure", "value", "unit")), strict=True
        )
    }
    machines = {(row["machine_id"], row["software_id"]): row for row in results.machines.to_dict("records")}
    groups: dict[str, list[dict[Any, Any]]] = {}
    for run in runs.to_dict("records"):
        groups.setdefault(anchor(run), []).append(run)
    room = max(1, MOST_EXECUTIONS // max(1, len(groups)))  # every question has its share of the page
    told = []
    for name, rows in groups.items():
        origins: dict[tuple[Any, ...], list[dict[Any, Any]]] = {}
        for row in rows[:room]:
            origins.setdefault(tuple(None if row[key] is pd.NA else row[key] for key in ORIGIN), []).append(
                row
            )
        spec = results.specs[rows[0]["spec_id"]]
        told.append(
            {
                **{
                    key: rows[0][key]
                    for key in (
                        "recipe",
                        "tier",
                        "spec_hash",
                        "machine_id",
                        "backend",
                        "precision",
                        "threads",
                        "dataset",
                    )
                },
                "anchor": name,
                "names": ", ".join(sorted({row["machine_name"] for row in rows} - {""})),
                "hardware": hardware(machines[rows[0]["machine_id"], rows[0]["software_id"]]),
                "checksum": spec["dataset"]["checksum"],
                "values": [*spec["recipe"]["rows"], ("source", spec["recipe"]["source"])],
                "origins": [_origin(key, some, values) for key, some in origins.items()],
                "left": max(0, len(rows) - room),
            }
        )
    used = dict.fromkeys(zip(runs["machine_id"], runs["software_id"], strict=True))
    return {
        "card": results.entries[id],
        "groups": told,
        "machines": [
            (f"m-{key[0]}-{key[1]}", hardware(machines[key]), _machine(machines[key])) for key in used
        ],
        "executions": len(runs),
    }


def write(
    results: Results, out: Path, environment: Environment, style: Any, pictures: Mapping[str, Sequence[Any]]
) -> None:
    """Writes provenance.html and provenance/<entry>.html into `out`; `pictures` are those of each entry that its card had no room for."""
    template = environment.get_template("provenance_entry.html")
    listed = []
    for id in results.entries:
        told = entry_page(results, id)
        html = template.render(style=style, id=id, pictures=pictures.get(id, []), **told)
        records.write_bytes_atomic(html.encode("utf-8"), out / page(id))
        listed.append(
            {
                "card": told["card"],
                "page": page(id),
                "questions": len(told["groups"]),
                "executions": told["executions"],
            }
        )
    html = environment.get_template("provenance.html").render(style=style, entries=listed)
    records.write_bytes_atomic(html.encode("utf-8"), out / "provenance.html")
