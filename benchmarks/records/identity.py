"""What identifies a run (what was asked, on which machine and software) and each of its executions.

| word | what it is | where it is used |
| --- | --- | --- |
| asked | entry, recipe, data checksum, backend, precision, threads, determinism, devices | specs.json |
| spec hash | hash of `asked` without the recipe's remarks | runs.csv |
| machine id | hash of the hardware facts | machines.csv, runs.csv |
| software id | hash of the software facts | machines.csv, runs.csv |
| run id | hash of spec hash, seed, machine id and software id | runs.csv, names of records and checkpoints |
| execution id | hash of run id, start, status, total time and weights | all tables of runs, pictures.json |
| spec | `asked`, with the cards of entry and data set, measures and layers | specs.json |
| spec id | hash of the whole spec: changes with a word of a card | key of specs.json |
| question | the names under which a run is asked for (`QUESTION`), no hash | the later answer stands |
| task hash | hash of entry, recipe and data, whatever they run on | comparing machines |
| ceiling id | hash of a row of ceilings | key of ceilings.csv |
| speed id | hash of a row of speeds | key of speeds.csv |
| recipe hash | hash of a recipe without its remarks | comparing speeds at growing batch sizes |
| source digest | hash of the code that a run uses (`benchmarks.sources`) | source_sha256 in runs.csv |

Every hash but the source digest is the first 16 hex digits of a SHA-256 over canonical JSON (`digest`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.records.files import plain
from benchmarks.records.schema import (
    CEILINGS,
    EXECUTION,
    HARDWARE,
    MACHINES,
    RUNS,
    SOFTWARE,
    SPEEDS,
    YOUNGER,
    Column,
)

#: The columns of a run that make two records answers to one question, together with the determinism that was
#: asked for. If their spec hashes differ, the recipe or the data changed in between, and the later record
#: stands.
QUESTION = (
    *("entry", "recipe", "tier", "seed", "backend", "precision", "threads", "devices"),
    *("machine_id", "software_id"),
)
#: What a recipe says of itself: it changes no number of a run.
REMARKS = ("source", "floor", "shortened", "tries")


def digest(obj: Any) -> str:
    """First 16 hex digits of the SHA-256 of canonical JSON: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(
        json.dumps(plain(obj), sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    ).hexdigest()[:16]


def spec_hash(asked: Mapping[str, Any]) -> str:
    """Hash of what was asked, which is the part `asked` of a record's `spec`.

    A recipe's `source`, `floor`, `shortened` and `tries` are left out: they change no number of a run.
    """
    recipe = {key: value for key, value in asked["recipe"].items() if key not in REMARKS}
    return digest({**asked, "recipe": recipe})


def question(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """The question that a record answers: the values of `QUESTION`, and the determinism (None: bitwise)."""
    determinism = record["spec"]["asked"].get("determinism")
    return (*(record["run"][column] for column in QUESTION), determinism)


def task_hash(asked: Mapping[str, Any]) -> str:
    """Hash of entry, recipe and data: machines, backends and precisions are compared on one task hash."""
    names = ("entry", "recipe", "data_checksum", "further_checksums", "determinism")
    return spec_hash({name: asked[name] for name in names if name in asked})


def spec_id(spec: Mapping[str, Any]) -> str:
    """Hash of a record's whole `spec`, cards and layers included."""
    return digest(spec)


def run_id(spec_hash: str, seed: int, machine_id: str, software_id: str) -> str:
    """The identity of a run."""
    return digest([spec_hash, seed, machine_id, software_id])


def execution_id(run: Mapping[str, Any]) -> str:
    """Hash of what no two executions share in their rows of runs."""
    return digest(_part(RUNS, EXECUTION, run))


def ceiling_id(row: Mapping[str, Any]) -> str:
    """Hash of a row of ceilings."""
    return digest(_part(CEILINGS, [column.name for column in CEILINGS if column.name != "ceiling_id"], row))


def speed_id(row: Mapping[str, Any]) -> str:
    """Hash of a row of speeds."""
    return digest(_part(SPEEDS, [column.name for column in SPEEDS if column.name != "speed_id"], row))


def machine_id(facts: Mapping[str, Any]) -> str:
    """Hash of the hardware facts of a row of machines."""
    return digest(_part(MACHINES, HARDWARE, facts))


def software_id(facts: Mapping[str, Any]) -> str:
    """Hash of the software facts of a row of machines."""
    known = [name for name in SOFTWARE if name not in YOUNGER or facts.get(name)]
    return digest(_part(MACHINES, known, facts))


def _part(columns: Sequence[Column], names: Iterable[str], row: Mapping[str, Any]) -> dict[str, Any]:
    """The named columns of a row; a number becomes a float, so that 2 and 2.0 have one hash."""
    numbers = {column.name for column in columns if column.type == "number"}
    return {
        name: row[name] + 0.0 if name in numbers and row[name] is not None else row[name] for name in names
    }
