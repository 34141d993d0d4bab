"""Who is who: hashes of what was asked, of what was run, and of the machine, which together identify a run."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from benchmarks.records.files import plain
from benchmarks.records.schema import HARDWARE, SOFTWARE


def digest(obj: Any) -> str:
    """First 16 hex digits of the SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8) of a plain object."""
    return hashlib.sha256(json.dumps(plain(obj), sort_keys=True, separators=(",", ":"), allow_nan=False).encode()).hexdigest()[:16]


def spec_hash(asked: Mapping[str, Any]) -> str:
    """Hash of what was asked, the part `asked` of a record's `spec`: entry, recipe, data checksum, backend, precision, threads.

    A recipe's `source`, `floor` and `shortened` are no part of it: they change no number of a run.
    """
    recipe = {key: value for key, value in asked["recipe"].items() if key not in ("source", "floor", "shortened")}
    return digest({**asked, "recipe": recipe})


def spec_id(spec: Mapping[str, Any]) -> str:
    """Hash of a record's whole `spec`, cards and layers included: the key of specs.json."""
    return digest(spec)


def run_id(spec_hash: str, seed: int, machine_id: str, software_id: str) -> str:
    """The identity of a run."""
    return digest([spec_hash, seed, machine_id, software_id])


def machine_id(facts: Mapping[str, Any]) -> str:
    """Hash of the hardware facts of a row of machines."""
    return digest({name: facts[name] for name in HARDWARE})


def software_id(facts: Mapping[str, Any]) -> str:
    """Hash of the software facts of a row of machines."""
    return digest({name: facts[name] for name in SOFTWARE})
