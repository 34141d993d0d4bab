"""Who is who: hashes of what was asked, of what was run, and of the machine, which together identify a run, and of its executions."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.records.files import plain
from benchmarks.records.schema import CEILINGS, EXECUTION, HARDWARE, MACHINES, RUNS, SOFTWARE, Column

#: What a recipe says of itself: it changes no number of a run.
REMARKS = ("source", "floor", "shortened")


def digest(obj: Any) -> str:
    """First 16 hex digits of the SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8) of a plain object."""
    return hashlib.sha256(
        json.dumps(plain(obj), sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    ).hexdigest()[:16]


def spec_hash(asked: Mapping[str, Any]) -> str:
    """Hash of what was asked, the part `asked` of a record's `spec`: entry, recipe, data checksum, backend, precision, threads.

    A recipe's `source`, `floor` and `shortened` are no part of it: they change no number of a run.
    """
    recipe = {key: value for key, value in asked["recipe"].items() if key not in REMARKS}
    return digest({**asked, "recipe": recipe})


def spec_id(spec: Mapping[str, Any]) -> str:
    """Hash of a record's whole `spec`, cards and layers included: the key of specs.json."""
    return digest(spec)


def run_id(spec_hash: str, seed: int, machine_id: str, software_id: str) -> str:
    """The identity of a run."""
    return digest([spec_hash, seed, machine_id, software_id])


def execution_id(run: Mapping[str, Any]) -> str:
    """The identity of one time that a run was measured: a hash of its row of runs, by what no two executions share."""
    return digest(_part(RUNS, EXECUTION, run))


def ceiling_id(row: Mapping[str, Any]) -> str:
    """Hash of a row of ceilings."""
    return digest(_part(CEILINGS, [column.name for column in CEILINGS if column.name != "ceiling_id"], row))


def machine_id(facts: Mapping[str, Any]) -> str:
    """Hash of the hardware facts of a row of machines."""
    return digest(_part(MACHINES, HARDWARE, facts))


def software_id(facts: Mapping[str, Any]) -> str:
    """Hash of the software facts of a row of machines."""
    return digest(_part(MACHINES, SOFTWARE, facts))


def _part(columns: Sequence[Column], names: Iterable[str], row: Mapping[str, Any]) -> dict[str, Any]:
    """These columns of a row; a number is a float, whether it was written 2 or 2.0."""
    numbers = {column.name for column in columns if column.type == "number"}
    return {
        name: row[name] + 0.0 if name in numbers and row[name] is not None else row[name] for name in names
    }
