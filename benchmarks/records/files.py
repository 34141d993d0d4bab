"""Writes files completely or not at all, and reads them without trust: bounded, no links, strict JSON."""

import glob
import json
import math
import os
import re
import secrets
import stat
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.records.schema import RecordError, short

MAX_FILE_BYTES = 256 << 20
MAX_DEPTH = 50
#: Text with a character beyond the basic plane takes four times its bytes: JSON files are kept smaller than
#: tables, which are read line by line.
MAX_JSON_BYTES = 128 << 20
#: Many tiny values take tens of times their size in JSON once they are objects. Any file may hold
#: FREE_VALUES, a larger one a value in BYTES_PER_VALUE bytes.
FREE_VALUES = 200_000
BYTES_PER_VALUE = 10
#: Different keys cost most; a bundle has a few words, and an id for each run.
MAX_KEYS = 200_000
#: What ends or begins a value in JSON; and a key.
_MARKS = (b",", b":", b"[", b"{")
_KEY = re.compile(rb'"([^"]*)"\s*:')


def plain(value: Any) -> Any:
    """The value as JSON can hold it: tuples become lists, NumPy scalars numbers, and non-finite numbers None.

    Raises TypeError for anything else that JSON cannot hold, keys that are not strings included.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        if bad := [key for key in value if not isinstance(key, str)]:
            raise TypeError(f"JSON cannot hold the key {bad[0]!r}: use a string")
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return plain(value.item())
    raise TypeError(
        f"JSON cannot hold {value!r} of type {type(value).__name__}: use plain numbers, strings, lists and"
        " dicts"
    )


def json_bytes(obj: Any) -> bytes:
    """Strict JSON in UTF-8 with sorted keys; non-finite numbers become null."""
    return (
        json.dumps(plain(obj), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    ).encode("utf-8", "backslashreplace")  # half a surrogate pair, as JSON escapes it


def write_bytes_atomic(data: bytes, path: str | os.PathLike[str]) -> None:
    """Writes a file so that it is never incomplete under its name, however the process ends."""
    write_files_atomic({Path(path).name: data}, Path(path).parent)


def write_files_atomic(files: Mapping[str, bytes], folder: Path, sealed_by: str = "") -> None:
    """Writes the files of a folder (made if absent) so that none is ever incomplete under its name.

    The bytes go to temporary files `.NAME.*.tmp` in the same folder and are synced. Only when all are there
    are they renamed, in the order given: if one cannot be written, nothing has changed. The file `sealed_by`,
    if named, is removed before the others are renamed. A process that is killed may leave temporary files
    behind; `remove_temporaries` clears them up. Raises OSError that names the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Not tempfile: its files are private, which would hide results from the other members of a group.
    temporary = {name: folder / f".{name}.{secrets.token_hex(8)}.tmp" for name in files}
    try:
        for name, data in files.items():
            _write_synced(data, temporary[name], folder / name)
        if sealed_by:
            (folder / sealed_by).unlink(missing_ok=True)
        for name in files:
            os.replace(temporary[name], folder / name)
    except BaseException:
        for path in temporary.values():
            path.unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_synced(data: bytes, temporary: Path, path: Path) -> None:
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:  # a full disk does not say which file it has no room for
        raise OSError(error.errno, error.strerror, str(path)) from error


def write_json_atomic(obj: Any, path: str | os.PathLike[str]) -> None:
    """Writes `json_bytes` atomically. Raises TypeError for what JSON cannot hold."""
    write_bytes_atomic(json_bytes(obj), path)


def remove_temporaries(path: str | os.PathLike[str]) -> None:
    """Removes what killed writers of this file left behind. Nobody else may be writing it now."""
    path = Path(path)
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        leftover.unlink(missing_ok=True)


def read_bytes(path: str | os.PathLike[str], limit: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a regular file. Raises RecordError for links, devices, and absent or larger files."""
    try:
        # O_NONBLOCK: opening a named pipe must not hang.
        descriptor = os.open(
            path,
            os.O_RDONLY
            | getattr(os, "O_NOFOLLOW", 0)
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_BINARY", 0),
        )
    except FileNotFoundError:
        raise RecordError(f"{path}: there is no such file") from None
    except OSError as error:
        reason = (
            "is a symbolic link, which is refused: copy the file itself"
            if os.path.islink(path)
            else f"cannot be opened: {error.strerror}"
        )
        raise RecordError(f"{path}: {reason}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise RecordError(f"{path}: is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(limit + 1) if status.st_size <= limit else b""
    if max(status.st_size, len(data)) > limit:
        raise RecordError(f"{path}: is larger than the {limit} bytes that are read at most")
    return data


def _bounded(data: bytes, where: str) -> None:
    """Raises RecordError for JSON whose objects would take far more memory than its bytes."""
    if len(data) > MAX_JSON_BYTES:
        raise RecordError(
            f"{where}: has {len(data)} bytes, more than the {MAX_JSON_BYTES} that are read of JSON"
        )
    # Marks in strings count too: prose has far fewer than are allowed.
    values, most = sum(data.count(mark) for mark in _MARKS), max(FREE_VALUES, len(data) // BYTES_PER_VALUE)
    if values > most:
        raise RecordError(
            f"{where}: has {values} values in {len(data)} bytes, more than the {most} that are read from a"
            " file of its size"
        )
    if data.count(b":") > MAX_KEYS:
        keys = set()
        for match in _KEY.finditer(data):
            keys.add(match[1])
            if len(keys) > MAX_KEYS:
                raise RecordError(
                    f"{where}: has more than the {MAX_KEYS} different keys that are read at most"
                )


def parse_json(data: bytes, where: str) -> Any:
    """The value of strict JSON; `where` names its file in messages.

    Raises RecordError, also for repeated keys and deep nesting.

    A file with more values or keys than its size allows is refused before it is parsed: its objects would
    fill the memory.
    """
    _bounded(data, where)

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
            raise ValueError(f"the key {short(twice)} occurs twice")
        return members

    try:
        parsed = json.loads(data.decode("utf-8"), parse_constant=refuse, object_pairs_hook=unique)
    except RecursionError:
        raise RecordError(f"{where}: is nested too deeply") from None
    except ValueError as error:
        remedy = "it was cut short, or is not a file of the suite: delete or move it, and run again"
        raise RecordError(f"{where}: is not strict JSON: {error}; {remedy}") from None
    # Level by level and without recursion, so that functions that recurse over the value are safe.
    level = [parsed]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for node in level
            if isinstance(node, (dict, list))
            for item in (node.values() if isinstance(node, dict) else node)
        ]
    if level:
        raise RecordError(f"{where}: is nested more than {MAX_DEPTH} levels deep")
    return parsed
