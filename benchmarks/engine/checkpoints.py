"""Checkpoints, with which a killed run resumes and gives the same record as one that was never killed.

A file has three parts: a line with the format's version and the SHA-256 of the rest, a line of JSON, and the
bytes of all arrays one after the other. Nothing is compressed, and nothing is read before its checksum is
verified.
"""

import hashlib
import json
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.records import remove_temporaries, write_bytes_atomic

VERSION = 2
State = tuple[list[np.ndarray], dict[str, np.ndarray], dict[str, Any]]


def path(folder: Path, run_id: str) -> Path:
    """The file of a run's checkpoint, named by the run's identity."""
    return folder / f"{run_id}.checkpoint"


def save(file: Path, state: list[np.ndarray], host: dict[str, np.ndarray], history: dict[str, Any]) -> None:
    """Write the state of all variables, the learner's host state and its history so far, atomically."""
    arrays = [("", value) for value in state] + list(host.items())
    meta = {
        "arrays": [[name, str(value.dtype), list(value.shape)] for name, value in arrays],
        "variables": len(state),
        "progress": history,
    }
    rest = b"".join(
        [json.dumps(meta).encode(), b"\n", *(np.ascontiguousarray(value).tobytes() for _, value in arrays)]
    )
    write_bytes_atomic(_first_line(rest) + rest, file)


def _first_line(rest: bytes) -> bytes:
    return f"checkpoint {VERSION} {hashlib.sha256(rest).hexdigest()}\n".encode()


def load(file: Path, progress: Callable[[str], None]) -> State | None:
    """What `save` wrote; None if there is no checkpoint, or only a file that cannot be used.

    Such a file is set aside, which is reported to `progress`.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        content = b""
    header, _, rest = content.partition(b"\n")
    if not header.startswith(f"checkpoint {VERSION} ".encode()):
        set_aside(file, f"is not a checkpoint of version {VERSION}", progress)
        return None
    if header + b"\n" != _first_line(rest):
        set_aside(file, "is damaged: its checksum does not match", progress)
        return None
    try:
        return _parsed(rest)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        set_aside(file, f"cannot be read ({error})", progress)
        return None


def _parsed(rest: bytes) -> State:
    import ml_dtypes

    line, _, content = rest.partition(b"\n")
    meta = json.loads(line)
    values, start = [], 0
    for _, name, shape in meta["arrays"]:
        dtype = np.dtype(getattr(ml_dtypes, name)) if name == "bfloat16" else np.dtype(name)
        count = math.prod(shape)
        values.append(
            np.frombuffer(content, dtype, count, start).reshape(shape) if count else np.zeros(shape, dtype)
        )
        start += count * dtype.itemsize
    if start != len(content):
        raise ValueError(f"{start} bytes of arrays are declared, {len(content)} are there")
    variables = meta["variables"]
    host = {
        name: value for (name, *_), value in zip(meta["arrays"][variables:], values[variables:], strict=True)
    }
    return values[:variables], host, meta["progress"]


def set_aside(file: Path, reason: str, progress: Callable[[str], None]) -> None:
    """Rename an unusable file to `*.corrupt`, replacing an earlier one, and report it."""
    aside = file.with_name(f"{file.name}.corrupt")
    if aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside)
    os.replace(file, aside)
    progress(f"{file}: {reason}; it is set aside as {aside.name}, and the run starts again")


def remove(file: Path) -> None:
    """Delete the checkpoint of a run that has ended, and the remains of an interrupted write."""
    file.unlink(missing_ok=True)
    remove_temporaries(file)
