"""The result schema: what one run leaves, and how runs become a bundle.

A *record* is one JSON file per run: `{schema_version, run, epochs, measures, machine, spec, pictures}`, where `run` and `machine`
are one row, `epochs` and `measures` lists of rows of the tables below. A *bundle* is a folder of four tidy tables and three documents:

    runs.csv       one row per run         key: run_id
    epochs.csv     one row per leg of training (one or more epochs between two evaluations)
    measures.csv   one row per named number of a run
    machines.csv   one row per machine and software
    specs.json     spec_id -> what was run: asked (the input of the spec hash), card, dataset (its card), measures, layers
    pictures.json  run_id -> pictures
    bundle.json    schema version, suite version and the SHA-256 of the files above; written last

Everything is validated on writing and on reading. What was not measured is null, never 0.
Nothing that is read is trusted: no pickles, sizes bounded, symbolic links refused, strings kept as plain strings.
Imports neither Keras nor, until a table is asked for, pandas.
"""

import base64
import binascii
import csv
import glob
import hashlib
import io
import json
import math
import os
import re
import secrets
import stat
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from benchmarks import __version__
from benchmarks.spec import BACKENDS, FAMILIES, PRECISIONS, STATUSES, TIERS, Picture

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be null, its unit and meaning (shown in the data dictionary)."""

    name: str
    type: Literal["string", "integer", "number", "boolean"]
    meaning: str
    unit: str = ""
    null: bool = False


RUNS = (
    Column("run_id", "string", "SHA-256 (first 16 hex digits) of spec hash, seed, machine id and software id"),
    Column("spec_hash", "string", "SHA-256 (first 16 hex digits) of what was asked: entry, recipe, data checksum, precision, backend, threads"),
    Column("spec_id", "string", "SHA-256 (first 16 hex digits) of the description of what was run, under which specs.json holds it"),
    Column("seed", "integer", "the seed that everything random flows from"),
    Column("machine_id", "string", "which hardware: hash of processor, cores, memory and accelerators"),
    Column("software_id", "string", "which software: hash of the versions of Python, backend, libraries and driver"),
    Column("entry", "string", "id of the entry"),
    Column("family", "string", "family of the entry"),
    Column("task", "string", "task of the entry"),
    Column("dataset", "string", "id of the data set"),
    Column("variant", "string", "variant of the entry, empty for the paper's own"),
    Column("recipe", "string", "name of the recipe: data set and variant"),
    Column("tier", "string", "pocket, standard or paper"),
    Column("rule", "string", "learning rule"),
    Column("backend", "string", "tensorflow or jax"),
    Column("precision", "string", "float32, bfloat16 or float64"),
    Column("device", "string", "the device that trained, as the backend names it"),
    Column("threads", "integer", "processor threads given to the run"),
    Column("status", "string", "ok, diverged, oom, timeout or error"),
    Column("reason", "string", "why the status is not ok, empty otherwise"),
    Column("parameters", "integer", "trainable parameters of the trained model", null=True),
    Column("epochs", "integer", "epochs trained", null=True),
    Column("steps", "integer", "learning steps taken", null=True),
    Column("examples", "integer", "training examples seen, repetitions counted", null=True),
    Column("batch_size", "integer", "examples per learning step", null=True),
    Column("steps_per_program", "integer", "steps in one dispatched program (k)", null=True),
    Column("xla", "boolean", "whether XLA compiled the program", null=True),
    Column("step_flop", "number", "floating-point operations of one learning step, as the compiler counts them", "FLOP", null=True),
    Column("weights_sha256", "string", "SHA-256 of the final weights, empty where there are none"),
    Column("started", "string", "when the run was started, UTC, ISO 8601"),
    Column("resumed", "integer", "how often the run was continued from a checkpoint"),
    Column("import_s", "number", "importing the backend (shared by the runs of one process; the first one carries it)", "s", null=True),
    Column("data_s", "number", "loading the data and putting them on the device", "s", null=True),
    Column("compile_s", "number", "building the model and compiling programs", "s", null=True),
    Column("train_s", "number", "training", "s", null=True),
    Column("evaluate_s", "number", "evaluation and pictures", "s", null=True),
    Column("checkpoint_s", "number", "writing and reading checkpoints", "s", null=True),
    Column("total_s", "number", "sum of the clocks above, which are disjoint", "s", null=True),
    Column("peak_memory_bytes", "integer", "highest resident memory of the process", "B", null=True),
    Column("source_sha256", "string", "SHA-256 of the suite's source that the run depends on"),
)
EPOCHS = (
    Column("run_id", "string", "the run"),
    Column("epoch", "integer", "epochs trained at the end of this leg"),
    Column("steps", "integer", "learning steps in this leg"),
    Column("examples", "integer", "training examples in this leg"),
    Column("train_s", "number", "training time of this leg, device work awaited", "s"),
)
MEASURES = (
    Column("run_id", "string", "the run"),
    Column("epoch", "integer", "after which epoch; null for the final evaluation", null=True),
    Column("split", "string", "train, validation or test"),
    Column("measure", "string", "name of the measure"),
    Column("value", "number", "its value; null where it is not finite", null=True),
    Column("unit", "string", "its unit"),
)
MACHINES = (
    Column("machine_id", "string", "hash of the hardware facts below"),
    Column("software_id", "string", "hash of the software facts below"),
    Column("processor", "string", "processor model"),
    Column("cores", "integer", "processor cores that the process may use"),
    Column("memory_bytes", "integer", "main memory, rounded to GiB", "B"),
    Column("accelerators", "string", "accelerator models, separated by '; ', empty for none"),
    Column("accelerator_memory_bytes", "integer", "memory of the first accelerator, rounded to GiB", "B", null=True),
    Column("system", "string", "operating system and architecture"),
    Column("python", "string", "Python version"),
    Column("backend", "string", "tensorflow or jax"),
    Column("backend_version", "string", "its version"),
    Column("keras", "string", "Keras version"),
    Column("numpy", "string", "NumPy version"),
    Column("driver", "string", "accelerator driver version, empty for none"),
    Column("suite", "string", "version of this suite"),
    Column("matmul_flops", "number", "measured ceiling: float32 matrix product, all threads of the run", "FLOP/s", null=True),
    Column("bandwidth", "number", "measured ceiling: copying device memory, bytes read and written", "B/s", null=True),
    Column("price_per_hour", "number", "price of the machine as configured by its user", "1/h", null=True),
    Column("currency", "string", "currency of the price, empty for none"),
)
TABLES = {"runs": RUNS, "epochs": EPOCHS, "measures": MEASURES, "machines": MACHINES}
KEYS: dict[str, tuple[str, ...]] = {
    "runs": ("run_id",),
    "epochs": ("run_id", "epoch"),
    "measures": ("run_id", "epoch", "split", "measure"),
    "machines": ("machine_id", "software_id"),
}
#: What the two ids of a machine are hashes of; the other columns of its row are measured or configured, and may be null.
HARDWARE = ("processor", "cores", "memory_bytes", "accelerators", "accelerator_memory_bytes")
SOFTWARE = ("system", "python", "backend", "backend_version", "keras", "numpy", "driver", "suite")
CEILINGS = ("matmul_flops", "bandwidth")
PRICE = ("price_per_hour", "currency")

CLOCKS = ("import_s", "data_s", "compile_s", "train_s", "evaluate_s", "checkpoint_s")
#: The clocks may be rounded to a millisecond each before they are added up.
CLOCK_TOLERANCE_S = 0.005

MIB = 1 << 20
MAX_RECORD_BYTES = 64 * MIB
MAX_FILE_BYTES = 256 * MIB
MAX_PICTURE_BYTES = 4 * MIB
MAX_STRING = 100_000
MAX_DEPTH = 50
DOCUMENTS = ("specs", "pictures")
FILES = (*(f"{name}.csv" for name in TABLES), *(f"{name}.json" for name in DOCUMENTS))

#: version -> function(table, row) that brings one row of a table to the next version. Rows come as they are read: JSON values from
#: a record, text from a CSV file ("" for null). Specs are addressed by their content, and so never rewritten.
UPGRADES: dict[int, Callable[[str, dict[str, Any]], dict[str, Any]]] = {}

#: Names that may become part of a path or an address in the report.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")
HEX16 = re.compile(r"[0-9a-f]{16}")
SHA256 = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: XML, and with it SVG and HTML, cannot hold the other control characters; half a surrogate pair is no text.
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Rows = list[dict[str, Any]]
Record = dict[str, Any]


class RecordError(ValueError):
    """A record or bundle that does not keep the schema; `defects` has one sentence for each defect."""

    def __init__(self, defects: str | Sequence[str]):
        self.defects = [defects] if isinstance(defects, str) else list(defects)
        more = len(self.defects) - 20
        super().__init__("\n".join(self.defects[:20] + ([f"... and {more} more"] if more > 0 else [])))


# Identity


def plain(value: Any) -> Any:
    """The value as JSON can hold it: tuples become lists, NumPy scalars numbers, numbers that are not finite None.

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
    raise TypeError(f"JSON cannot hold {value!r} of type {type(value).__name__}: use plain numbers, strings, lists and dicts")


def text(message: object, limit: int = 10_000) -> str:
    """A message from anywhere as a string that a record can hold: what is not text replaced, a long one cut short."""
    clean = NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", str(message))
    return clean if len(clean) <= limit else f"{clean[: limit - 3]}..."


def digest(obj: Any) -> str:
    """First 16 hex digits of the SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8) of a plain object."""
    return hashlib.sha256(json.dumps(plain(obj), sort_keys=True, separators=(",", ":"), allow_nan=False).encode()).hexdigest()[:16]


def spec_hash(asked: Mapping[str, Any]) -> str:
    """Hash of what was asked, the part `asked` of a record's `spec`: entry, recipe, data checksum, backend, precision, threads.

    A recipe's `source` and `floor` are no part of it: they change no number of a run.
    """
    recipe = {key: value for key, value in asked["recipe"].items() if key not in ("source", "floor")}
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


# Files


def write_bytes_atomic(data: bytes, path: str | os.PathLike[str]) -> None:
    """Writes a file so that its name never holds a part of it, however the process ends.

    The bytes go to a temporary file `.NAME.*.tmp` in the same folder (made if absent), are synced, and are then renamed.
    A process that is killed may leave that temporary file behind; `remove_temporaries` clears it up.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile: its files are private, which would hide results from the other members of a group.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def remove_temporaries(path: str | os.PathLike[str]) -> None:
    """Removes what killed writers of this file left. Only for a file that nobody else is writing now."""
    path = Path(path)
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        leftover.unlink(missing_ok=True)


def write_json_atomic(obj: Any, path: str | os.PathLike[str]) -> None:
    """Writes strict JSON atomically: keys sorted, numbers that are not finite as null. Raises TypeError for what JSON cannot hold."""
    write_bytes_atomic(_json_bytes(obj), path)


def _json_bytes(obj: Any) -> bytes:
    return (json.dumps(plain(obj), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_bytes(path: str | os.PathLike[str], limit: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a regular file of at most `limit` bytes. Raises RecordError for links, devices, and larger or absent files."""
    try:
        # O_NONBLOCK: opening a named pipe must not hang.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise RecordError(f"{path}: there is no such file") from None
    except OSError as error:
        reason = "is a symbolic link, which is refused: copy the file itself" if os.path.islink(path) else f"cannot be opened: {error.strerror}"
        raise RecordError(f"{path}: {reason}") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise RecordError(f"{path}: is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(limit + 1) if found.st_size <= limit else b""
    if max(found.st_size, len(data)) > limit:
        raise RecordError(f"{path}: is larger than the {limit} bytes that are read at most")
    return data


def _parse_json(data: bytes, where: str) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
            raise ValueError(f"the key {_short(twice)} occurs twice")
        return found

    try:
        parsed = json.loads(data.decode("utf-8"), parse_constant=refuse, object_pairs_hook=unique)
    except RecursionError:
        raise RecordError(f"{where}: is nested too deeply") from None
    except ValueError as error:
        raise RecordError(f"{where}: is not strict JSON: {error}") from None
    # Level by level, without recursion, so that the functions that walk over it by recursion can.
    level = [parsed]
    for _ in range(MAX_DEPTH):
        level = [item for node in level if isinstance(node, (dict, list)) for item in (node.values() if isinstance(node, dict) else node)]
    if level:
        raise RecordError(f"{where}: is nested more than {MAX_DEPTH} levels deep")
    return parsed


# Pictures


def encode_picture(picture: Picture) -> dict[str, Any]:
    """A picture as a record holds it: `{caption, shape, data}`, data being base64 of the zlib-compressed uint8 tiles."""
    import numpy as np

    tiles = np.asarray(picture.tiles)
    if tiles.dtype != np.uint8:
        raise RecordError(f"picture {picture.caption!r} holds {tiles.dtype}, not uint8")
    encoded = {
        "caption": picture.caption,
        "shape": list(tiles.shape),
        "data": base64.b64encode(zlib.compress(tiles.tobytes(), 9)).decode("ascii"),
    }
    decode_picture(encoded)
    return encoded


def decode_picture(encoded: Mapping[str, Any]) -> "np.ndarray":
    """The uint8 tiles [rows, columns, height, width(, 3)] of an encoded picture; at most 4 MiB. Raises RecordError."""
    import numpy as np

    if not isinstance(encoded, Mapping) or set(encoded) != {"caption", "shape", "data"}:
        raise RecordError("a picture needs exactly caption, shape and data")
    caption, shape, data = encoded["caption"], encoded["shape"], encoded["data"]
    if not isinstance(caption, str) or len(caption) > MAX_STRING or NOT_TEXT.search(caption):
        raise RecordError(f"the caption {_short(caption)} is not plain text")
    if (
        not isinstance(shape, (list, tuple))
        or len(shape) not in (4, 5)
        or not all(type(side) is int and side > 0 for side in shape)
        or (len(shape) == 5 and shape[4] != 3)
    ):
        raise RecordError(f"the shape {_short(shape)} is not [rows, columns, height, width] or [rows, columns, height, width, 3]")
    size = math.prod(shape)
    if size > MAX_PICTURE_BYTES:
        raise RecordError(f"the shape {_short(shape)} asks for {size} bytes, more than the {MAX_PICTURE_BYTES} that a picture may have")
    if not isinstance(data, str) or len(data) > 2 * MAX_PICTURE_BYTES:
        raise RecordError("the data are not a base64 string of bounded length")
    inflate = zlib.decompressobj()
    try:
        pixels = inflate.decompress(base64.b64decode(data, validate=True), size + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise RecordError(f"the data are not base64 of zlib-compressed bytes: {error}") from None
    if len(pixels) != size or not inflate.eof or inflate.unused_data:
        raise RecordError(f"the data do not decompress to exactly the {size} bytes that the shape {_short(shape)} asks for")
    return np.frombuffer(pixels, np.uint8).reshape(shape)


# Validation


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _type_defect(column: Column, value: Any) -> str:
    """What is wrong with one value, as the end of a sentence; empty if nothing is."""
    if value is None:
        return "" if column.null else "is null, but must not be"
    if column.type == "string":
        if not isinstance(value, str):
            return "is not a string"
        if len(value) > MAX_STRING:
            return f"has {len(value)} characters, more than {MAX_STRING}"
        return "has characters that are not text" if NOT_TEXT.search(value) else ""
    if column.type == "boolean":
        return "" if isinstance(value, bool) else "is neither true nor false"
    if isinstance(value, bool) or not isinstance(value, (int, float) if column.type == "number" else int):
        return f"is not {'an integer' if column.type == 'integer' else 'a number'}"
    if column.type == "number":
        try:
            return "" if math.isfinite(value) else "is not finite"
        except OverflowError:
            return "is not finite"
    return "" if -(2**63) <= value < 2**63 else "does not fit into 64 bits"


def _one_of(*valid: str) -> Callable[[Any], str]:
    return lambda value: "" if value in valid else f"is not one of {', '.join(valid)}"


def _matches(pattern: re.Pattern[str], meaning: str, empty: bool = False) -> Callable[[Any], str]:
    return lambda value: "" if pattern.fullmatch(value) or (empty and value == "") else f"is not {meaning}"


def _at_least(bound: int) -> Callable[[Any], str]:
    return lambda value: "" if value >= bound else f"is below {bound}"


def _utc(value: str) -> str:
    try:
        offset = datetime.fromisoformat(value).utcoffset()
    except ValueError:
        offset = None
    return "" if offset == timedelta(0) else "is not a UTC time in ISO 8601, such as 2025-01-31T12:00:00+00:00"


_ID = _matches(HEX16, "16 hex digits")
_NAME = _matches(NAME, "a name of letters, digits and _ . + -")
_VALUES: dict[str, dict[str, Callable[[Any], str]]] = {
    "runs": {
        **dict.fromkeys(("run_id", "spec_hash", "spec_id", "machine_id", "software_id"), _ID),
        **dict.fromkeys(("entry", "task", "dataset", "recipe", "rule"), _NAME),
        "variant": _matches(NAME, "a name of letters, digits and _ . + -", empty=True),
        "family": _one_of(*FAMILIES),
        "tier": _one_of(*TIERS),
        "backend": _one_of(*BACKENDS),
        "precision": _one_of(*PRECISIONS),
        "status": _one_of(*STATUSES),
        "weights_sha256": _matches(SHA256, "64 hex digits or empty", empty=True),
        "source_sha256": _matches(SHA256, "64 hex digits"),
        "started": _utc,
        **dict.fromkeys(("threads", "batch_size", "steps_per_program"), _at_least(1)),
        **dict.fromkeys(("seed", "parameters", "epochs", "steps", "examples", "step_flop", "resumed", "peak_memory_bytes"), _at_least(0)),
        **dict.fromkeys((*CLOCKS, "total_s"), _at_least(0)),
    },
    "epochs": {"run_id": _ID, "epoch": _at_least(1), **dict.fromkeys(("steps", "examples", "train_s"), _at_least(0))},
    "measures": {"run_id": _ID, "epoch": _at_least(0), "split": _one_of("train", "validation", "test"), "measure": _NAME},
    "machines": {
        **dict.fromkeys(("machine_id", "software_id"), _ID),
        "backend": _one_of(*BACKENDS),
        **dict.fromkeys(("cores", "memory_bytes", "accelerator_memory_bytes"), _at_least(1)),
        **dict.fromkeys((*CEILINGS, "price_per_hour"), _at_least(0)),
    },
}


def _row_defects(table: str, row: Mapping[str, Any]) -> list[str]:
    """Defects between the well-typed values of one row, each as 'column NAME: VALUE ...'."""

    def wrong(column: str, sentence: str) -> str:
        return f"column {column}: {_short(row[column])} {sentence}"

    found = []
    if table == "runs":
        expected = run_id(row["spec_hash"], row["seed"], row["machine_id"], row["software_id"])
        if row["run_id"] != expected:
            found.append(wrong("run_id", f"is not {expected!r}, the hash of the row's spec hash, seed, machine id and software id"))
        name = f"{row['dataset']}-{row['variant']}" if row["variant"] else row["dataset"]
        if row["recipe"] != name:
            found.append(wrong("recipe", f"is not {name!r}, the row's data set and variant"))
        if (row["status"] == "ok") != (row["reason"] == ""):
            found.append(wrong("reason", f"does not go with the status {row['status']!r}: a reason is given if and only if the status is not ok"))
        clocks = [row[clock] for clock in CLOCKS if row[clock] is not None]
        if row["total_s"] is None:
            if clocks:
                found.append(wrong("total_s", "is null although other clocks are not"))
        elif abs(sum(clocks) - row["total_s"]) > CLOCK_TOLERANCE_S + 1e-6 * row["total_s"]:
            found.append(wrong("total_s", f"is not {sum(clocks)!r}, the sum of the other clocks"))
    if table == "machines":
        for column, identity in (("machine_id", machine_id), ("software_id", software_id)):
            if row[column] != identity(row):
                found.append(wrong(column, f"is not {identity(row)!r}, the hash of the row's facts"))
        if (row["price_per_hour"] is None) != (row["currency"] == ""):
            found.append(wrong("currency", f"does not go with the price {row['price_per_hour']!r}: give both or neither"))
    return found


def _table_defects(table: str, rows: Sequence[Any], where: str) -> list[str]:
    """All defects of one table, each a sentence that names file, table, row, column and value."""
    found: list[str] = []
    checks = [(column.name, column, _VALUES[table].get(column.name), set[str]()) for column in TABLES[table]]
    names = {column.name for column in TABLES[table]}
    seen: dict[tuple[Any, ...], int] = {}
    for i, row in enumerate(rows, 1):
        here = f"{where}: {table} row {i}"
        if not isinstance(row, dict):
            found.append(f"{here}: {_short(row)} is not an object")
            continue
        if row.keys() != names:
            found += [f"{here}, column {name}: is missing" for name in sorted(names - row.keys())]
            found += [f"{here}, column {_short(name)}: is unknown to schema version {SCHEMA_VERSION}" for name in sorted(row.keys() - names, key=str)]
            continue
        before = len(found)
        for name, column, check, good in checks:
            value = row[name]
            if isinstance(value, str) and value in good:
                continue
            sentence = _type_defect(column, value)
            if not sentence and value is not None and check is not None:
                sentence = check(value)
            if sentence:
                found.append(f"{here}, column {name}: {_short(value)} {sentence}")
            elif isinstance(value, str):
                good.add(value)  # the same names and ids come in row after row
        if len(found) > before:
            continue
        if table in ("runs", "machines"):
            found += [f"{here}, {sentence}" for sentence in _row_defects(table, row)]
        key = tuple(row[name] for name in KEYS[table])
        if key in seen:
            found.append(f"{here}, column {KEYS[table][-1]}: {_short(key[-1])} repeats the key ({', '.join(KEYS[table])}) of row {seen[key]}")
        seen.setdefault(key, i)
    return found


_SPEC = {"asked": dict, "card": dict, "dataset": dict, "measures": list, "layers": list}
_ASKED = {"entry": str, "recipe": dict, "data_checksum": str, "backend": str, "precision": str, "threads": int}
#: `shape` is the output's, without the batch: a list of sizes (null where free), or text.
_LAYER = {"name": str, "kind": str, "shape": (list, str), "parameters": int}


def _strings(tree: Any) -> Iterator[str]:
    """All strings of plain data, keys included."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _strings(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _strings(value)


def _spec_defects(spec: Any, where: str) -> list[str]:
    """Defects in the form of one spec."""

    def members(part: Any, form: Mapping[str, Any], here: str) -> list[str]:
        if not isinstance(part, dict):
            return [f"{here}: {_short(part)} is not an object"]
        missing = [f"{here}: {name} is missing" for name in form if name not in part]
        return missing or [
            f"{here}, {name}: {_short(part[name])} is of the wrong type" for name, kind in form.items() if not isinstance(part[name], kind)
        ]

    found = members(spec, _SPEC, where)
    if found:
        return found
    found += [f"{where}: {_short(name)} is unknown to schema version {SCHEMA_VERSION}" for name in spec if name not in _SPEC]
    found += members(spec["asked"], _ASKED, f"{where}, asked")
    if not found:
        found += members(spec["asked"]["recipe"], dict.fromkeys(("dataset", "variant", "tier", "rule"), str), f"{where}, asked, recipe")
    found += members(spec["card"], dict.fromkeys(("id", "family", "task"), str), f"{where}, card")
    found += members(spec["dataset"], dict.fromkeys(("id", "checksum"), str), f"{where}, dataset")
    for i, layer in enumerate(spec["layers"], 1):
        found += members(layer, _LAYER, f"{where}, layers row {i}")
    for i, measure in enumerate(spec["measures"], 1):
        found += members(measure, dict.fromkeys(("name", "unit", "direction", "meaning"), str), f"{where}, measures row {i}")
    return found + [f"{where}: {_short(value)} is not plain text" for value in _strings(spec) if len(value) > MAX_STRING or NOT_TEXT.search(value)]


def _run_spec_defects(run: Mapping[str, Any], spec: Mapping[str, Any], here: str) -> list[str]:
    """Where a run's row says something else than its (well-formed) spec."""
    asked = spec["asked"]
    expected = {
        "spec_hash": spec_hash(asked),
        "entry": asked["entry"],
        "family": spec["card"]["family"],
        "task": asked["recipe"].get("task") or spec["card"]["task"],
        **{name: asked["recipe"][name] for name in ("dataset", "variant", "tier", "rule")},
        **{name: asked[name] for name in ("backend", "precision", "threads")},
    }
    found = [
        f"{here}, column {name}: {_short(run[name])} is not {_short(value)}, which the run's spec says"
        for name, value in expected.items()
        if run[name] != value
    ]
    cards = (
        ("entry", spec["card"]["id"], asked["entry"]),
        ("data set", spec["dataset"]["id"], run["dataset"]),
        ("data checksum", spec["dataset"]["checksum"], asked["data_checksum"]),
    )
    return found + [
        f"{here}, column spec_id: {run['spec_id']!r} has the card of {what} {_short(card)}, not {_short(said)}"
        for what, card, said in cards
        if card != said
    ]


def _picture_defects(pictures: Any, where: str) -> list[str]:
    if not isinstance(pictures, dict):
        return [f"{where}: {_short(pictures)} is not an object"]
    found = []
    for name, picture in pictures.items():
        if not NAME.fullmatch(name):
            found.append(f"{where}: {_short(name)} is not a name of letters, digits and _ . + -")
            continue
        try:
            decode_picture(picture)
        except RecordError as error:
            found.append(f"{where}, {name}: {error}")
    return found


def _defects(tables: Mapping[str, Rows], specs: Any, pictures: Any, names: Mapping[str, str]) -> list[str]:
    """All defects of a set of tables and documents, each in the file that `names` gives for it."""
    found = [sentence for table in TABLES for sentence in _table_defects(table, tables[table], names[table])]
    for part, document in (("specs", specs), ("pictures", pictures)):
        if not isinstance(document, dict):
            found.append(f"{names[part]}: {_short(document)} is not an object")
    if found:
        return found
    for id, spec in specs.items():
        here = f"{names['specs']}: spec {_short(id)}"
        wrong = _spec_defects(spec, here)
        if not wrong and id != spec_id(spec):
            wrong = [f"{here}: is not {spec_id(spec)!r}, the hash of its content"]
        found += wrong
    for id, pictures_of_run in pictures.items():
        found += _picture_defects(pictures_of_run, f"{names['pictures']}: pictures of run {_short(id)}")
    if found:
        return found

    runs = {run["run_id"]: run for run in tables["runs"]}
    machines = {(machine["machine_id"], machine["software_id"]): machine for machine in tables["machines"]}
    for i, run in enumerate(tables["runs"], 1):
        here = f"{names['runs']}: runs row {i}"
        if run["spec_id"] in specs:
            found += _run_spec_defects(run, specs[run["spec_id"]], here)
        else:
            found.append(f"{here}, column spec_id: {run['spec_id']!r} is not in specs")
        machine = machines.get((run["machine_id"], run["software_id"]))
        if machine is None:
            found.append(f"{here}, column machine_id: {run['machine_id']!r} with software {run['software_id']!r} is not in machines")
        elif machine["backend"] != run["backend"]:
            found.append(f"{here}, column backend: {run['backend']!r} is not {machine['backend']!r}, which the run's machine says")
    for table in ("epochs", "measures"):
        for i, row in enumerate(tables[table], 1):
            if row["run_id"] not in runs:
                found.append(f"{names[table]}: {table} row {i}, column run_id: {row['run_id']!r} is not in runs")
    used = {run["spec_id"] for run in tables["runs"]}
    found += [f"{names['specs']}: spec {id!r} belongs to no run" for id in specs if id not in used]
    found += [f"{names['pictures']}: pictures of run {_short(id)} belong to no run" for id in pictures if id not in runs]
    return found


# Records


_RECORD = {"schema_version": int, "run": dict, "epochs": list, "measures": list, "machine": dict, "spec": dict, "pictures": dict}


def _check_version(version: Any, where: str) -> int:
    """The version. Raises RecordError if this suite cannot read it."""
    if type(version) is not int or version < 1:
        raise RecordError(f"{where}: schema_version {_short(version)} is not a version of the schema")
    if version > SCHEMA_VERSION:
        raise RecordError(
            f"{where}: schema_version {version} is newer than {SCHEMA_VERSION}, the newest that this suite ({__version__}) reads: update the suite"
        )
    return version


def _upgrade(table: str, row: Any, version: int) -> Any:
    for step in range(version, SCHEMA_VERSION):
        row = UPGRADES[step](table, row)
    return row


def upgrade_record(record: Record, where: str = "record") -> Record:
    """The record in the newest version of the schema. Raises RecordError if it is not a record, or newer than this suite."""
    if not isinstance(record, dict):
        raise RecordError(f"{where}: is not an object")
    version = _check_version(record.get("schema_version"), where)
    found = [f"{where}: {part} is missing" for part in _RECORD if part not in record]
    found += [f"{where}: {_short(part)} is unknown to schema version {SCHEMA_VERSION}" for part in record if part not in _RECORD]
    found += [
        f"{where}: {part} is not of type {kind.__name__}" for part, kind in _RECORD.items() if part in record and not isinstance(record[part], kind)
    ]
    if found:
        raise RecordError(found)
    if version == SCHEMA_VERSION:
        return record
    return {
        "schema_version": SCHEMA_VERSION,
        "run": _upgrade("runs", record["run"], version),
        "epochs": [_upgrade("epochs", row, version) for row in record["epochs"]],
        "measures": [_upgrade("measures", row, version) for row in record["measures"]],
        "machine": _upgrade("machines", record["machine"], version),
        "spec": record["spec"],
        "pictures": record["pictures"],
    }


def _record_tables(record: Record) -> tuple[dict[str, Rows], dict[str, Any], dict[str, Any]]:
    """Tables, specs and pictures of one record."""
    tables = {"runs": [record["run"]], "epochs": record["epochs"], "measures": record["measures"], "machines": [record["machine"]]}
    run = str(record["run"].get("run_id"))
    return tables, {str(record["run"].get("spec_id")): record["spec"]}, {run: record["pictures"]} if record["pictures"] else {}


def validate_record(record: Record, where: str = "record") -> None:
    """Raises RecordError with one sentence per defect (file, table, row, column, value) if a record does not keep the schema."""
    if defects := _defects(*_record_tables(upgrade_record(record, where)), dict.fromkeys((*TABLES, *DOCUMENTS), where)):
        raise RecordError(defects)


def write_record(record: Record, path: str | os.PathLike[str]) -> None:
    """Validates a record and writes it atomically as strict JSON; numbers that are not finite are written as null.

    A run's `spec_id` is filled in if it is absent.
    """
    record = plain(record)
    if isinstance(record.get("run"), dict):
        record["run"].setdefault("spec_id", spec_id(record.get("spec") or {}))
    validate_record(record, str(path))
    data = _json_bytes(record)
    if len(data) > MAX_RECORD_BYTES:
        raise RecordError(f"{path}: the record has {len(data)} bytes, more than the {MAX_RECORD_BYTES} that are read: keep fewer pictures")
    write_bytes_atomic(data, path)


def read_record(path: str | os.PathLike[str]) -> Record:
    """The record in a file, upgraded to the newest version and validated. Raises RecordError."""
    record = upgrade_record(_parse_json(read_bytes(path, MAX_RECORD_BYTES), str(path)), str(path))
    validate_record(record, str(path))
    return record


# Bundles


@dataclass(frozen=True, eq=False)
class Bundle:
    """All runs of one or more machines: four frames, and the documents that go with them.

    The frames have the columns of `TABLES` with explicit dtypes (string: str; integer: int64, or Int64 where null is allowed;
    number: float64, null as NaN; boolean: boolean) and are sorted, so that equal content means equal frames.
    `specs` maps a run's `spec_id` to its spec, `pictures` a `run_id` to name -> encoded picture (see `decode_picture`).
    `source` says where the bundle came from, for messages; it is no part of its content.
    """

    runs: "pd.DataFrame"
    epochs: "pd.DataFrame"
    measures: "pd.DataFrame"
    machines: "pd.DataFrame"
    specs: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, Any] = field(default_factory=dict)
    source: str = "bundle"


_SORT = {
    "runs": ["entry", "dataset", "variant", "tier", "backend", "precision", "threads", "machine_id", "software_id", "spec_hash", "seed", "run_id"],
    **{table: list(KEYS[table]) for table in ("epochs", "measures", "machines")},
}


def _dtype(column: Column) -> str:
    if column.type == "integer":
        return "Int64" if column.null else "int64"
    return {"string": "str", "number": "float64", "boolean": "boolean"}[column.type]


def _frame(table: str, rows: Rows) -> "pd.DataFrame":
    """Valid rows as a sorted frame."""
    import pandas as pd

    columns = {}
    for column in TABLES[table]:
        values = [row[column.name] for row in rows]
        if column.type == "number":
            values = [math.nan if value is None else value + 0.0 for value in values]  # -0.0 + 0.0 is 0.0: one zero, one text
        columns[column.name] = pd.Series(values, dtype=_dtype(column))
    return pd.DataFrame(columns).sort_values(_SORT[table], kind="stable", na_position="last", ignore_index=True)


def _rows(table: str, frame: "pd.DataFrame") -> Rows:
    """A frame as rows of plain values; columns that the schema lacks are left out, missing ones raise RecordError."""
    import pandas as pd

    names = [column.name for column in TABLES[table]]
    if missing := [name for name in names if name not in frame.columns]:
        raise RecordError(f"{table}: column {missing[0]} is missing")
    columns = [
        [None if missing else value for value, missing in zip(frame[name].tolist(), pd.isna(frame[name]).tolist(), strict=True)] for name in names
    ]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _bundle(tables: Mapping[str, Rows], specs: dict[str, Any], pictures: dict[str, Any], source: str) -> Bundle:
    frames = {table: _frame(table, tables[table]) for table in TABLES}
    return Bundle(**frames, specs={id: specs[id] for id in sorted(specs)}, pictures={id: pictures[id] for id in sorted(pictures)}, source=source)


def _bundle_tables(bundle: Bundle) -> dict[str, Rows]:
    return {table: _rows(table, getattr(bundle, table)) for table in TABLES}


def validate_bundle(bundle: Bundle) -> None:
    """Raises RecordError with one sentence per defect if a bundle does not keep the schema."""
    names = {name: f"{bundle.source}/{name}" for name in (*TABLES, *DOCUMENTS)}
    if defects := _defects(_bundle_tables(bundle), bundle.specs, bundle.pictures, names):
        raise RecordError(defects)


def _unite(parts: Sequence[tuple[str, Mapping[str, Rows], Mapping[str, Any], Mapping[str, Any]]], source: str) -> Bundle:
    """The union of valid (source, tables, specs, pictures). Raises RecordError where two different rows have one key."""
    conflicts: list[str] = []
    tables: dict[str, Rows] = {}
    for table in TABLES:
        # What a machine's row may lack, another bundle's row of the same machine may know.
        fill = (*CEILINGS, *PRICE) if table == "machines" else ()
        united: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}
        for origin, part, _, _ in parts:
            for row in part[table]:
                key = tuple(row[name] for name in KEYS[table])
                if key not in united:
                    united[key] = (origin, row)
                    continue
                first, known = united[key]
                if row == known:
                    continue
                differ = [
                    name for name in row if row[name] != known[name] and not (name in fill and (row[name] in (None, "") or known[name] in (None, "")))
                ]
                if differ:
                    conflicts.append(_conflict(table, key, differ, (first, known), (origin, row)))
                elif fill:
                    both = {name: known[name] if row[name] in (None, "") else row[name] for name in row}
                    united[key] = (first if both == known else origin if both == row else f"{first} with {origin}", both)
        tables[table] = [row for _, row in united.values()]
    specs: dict[str, Any] = {}
    pictures: dict[str, Any] = {}
    owner: dict[str, str] = {}
    for origin, _, some_specs, some_pictures in parts:
        specs |= some_specs
        for id, named in some_pictures.items():
            known = pictures.setdefault(id, {})
            for name, picture in named.items():
                if known.setdefault(name, picture) != picture:
                    conflicts.append(f"pictures: {owner[id + name]} and {origin} hold different pictures {name!r} of run {id}")
                owner.setdefault(id + name, origin)
            pictures[id] = {name: known[name] for name in sorted(known)}
    if conflicts:
        raise RecordError(conflicts)
    return _bundle(tables, specs, pictures, source)


def _conflict(table: str, key: tuple[Any, ...], differ: list[str], *sides: tuple[str, Mapping[str, Any]]) -> str:
    """The sentence about two different rows with one key."""
    (first, known), (second, row) = sides
    named = ", ".join(f"{name} {value}" for name, value in zip(KEYS[table], key, strict=True))
    if table == "runs":
        named += f" ({row['entry']} on {row['dataset']}, seed {row['seed']}, machine {row['machine_id']})"
    elif table == "machines":
        named += f" ({'; '.join(text for text in (row['processor'], row['accelerators']) if text)})"
    columns = ", ".join(f"{name} ({_short(known[name])} and {_short(row[name])})" for name in differ)
    return f"{table}: {first} and {second} hold different rows for {named}: they differ in {columns}; keep one of the two"


def from_records(
    records: Iterable[Record],
    names: Iterable[str] | None = None,
    ceilings: Iterable[Mapping[str, Any]] = (),
    price_per_hour: float | None = None,
    currency: str = "",
    source: str = "records",
) -> Bundle:
    """The bundle of these records, in whatever order they come.

    `names` are where the records came from (their files), for messages. `ceilings` are what `python -m benchmarks.machine`
    measured; a price, if given, is set on every machine. Raises RecordError for a record that does not keep the schema,
    and for two different rows with one key.
    """
    records = list(records)
    labels = [f"record {i}" for i in range(1, len(records) + 1)] if names is None else [str(name) for name in names]
    parts = []
    for label, record in zip(labels, records, strict=True):
        record = upgrade_record(plain(record), label)
        if price_per_hour is not None:
            record["machine"] |= {"price_per_hour": price_per_hour, "currency": currency}
        validate_record(record, label)
        parts.append((label, *_record_tables(record)))
    return attach_ceilings(_unite(parts, source), ceilings)


def attach_ceilings(bundle: Bundle, ceilings: Iterable[Mapping[str, Any]]) -> Bundle:
    """The bundle with measured ceilings on the rows of their machines; of several measurements of one machine, the highest.

    A ceiling is what the machine was seen to reach, so the highest is the truest. A measurement of a machine without runs changes nothing.
    """
    best: dict[tuple[str, str], dict[str, float]] = {}
    for i, measured in enumerate(ceilings, 1):
        for name in ("machine_id", "software_id", *CEILINGS):
            if name not in measured:
                raise RecordError(f"ceilings {i}: {name} is missing")
        known = best.setdefault((measured["machine_id"], measured["software_id"]), {})
        for name in CEILINGS:
            if measured[name] is not None:
                known[name] = max(measured[name], known.get(name, 0.0))
    tables = _bundle_tables(bundle)
    tables["machines"] = [row | best.get((row["machine_id"], row["software_id"]), {}) for row in tables["machines"]]
    changed = _bundle(tables, bundle.specs, bundle.pictures, bundle.source)
    validate_bundle(changed)
    return changed


def merge(*bundles: Bundle) -> Bundle:
    """The union of bundles: commutative, associative, idempotent, and nothing is lost.

    Two different rows with one key raise RecordError with a sentence that names both bundles and the columns that differ.
    A ceiling or price that one bundle lacks (null) is taken from the other.
    """
    parts = []
    for bundle in bundles:
        validate_bundle(bundle)
        parts.append((bundle.source, _bundle_tables(bundle), bundle.specs, bundle.pictures))
    return _unite(parts, " + ".join(dict.fromkeys(bundle.source for bundle in bundles)) or "nothing")


def bundle_files(bundle: Bundle) -> dict[str, bytes]:
    """The files of a bundle, `bundle.json` last. Equal content gives equal bytes. Raises RecordError for a bundle that does not keep the schema."""
    validate_bundle(bundle)
    tables = _bundle_tables(_bundle(_bundle_tables(bundle), bundle.specs, bundle.pictures, bundle.source))
    files = {f"{table}.csv": _csv_bytes(table, tables[table]) for table in TABLES}
    files |= {"specs.json": _json_bytes(bundle.specs), "pictures.json": _json_bytes(bundle.pictures)}
    for name, data in files.items():
        if len(data) > MAX_FILE_BYTES:
            raise RecordError(f"{name}: has {len(data)} bytes, more than the {MAX_FILE_BYTES} that are read: split the bundle")
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "suite": __version__,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return files | {"bundle.json": _json_bytes(manifest)}


def write_bundle(bundle: Bundle, folder: str | os.PathLike[str]) -> None:
    """Writes a bundle into a folder, each file atomically and `bundle.json` last: a folder without it is incomplete."""
    files = bundle_files(bundle)
    (Path(folder) / "bundle.json").unlink(missing_ok=True)
    for name, data in files.items():
        write_bytes_atomic(data, Path(folder) / name)


def read_bundle(folder: str | os.PathLike[str]) -> Bundle:
    """The bundle in a folder, upgraded and validated; other files there are not looked at. Raises RecordError."""
    folder = Path(folder)
    if not (folder / "bundle.json").exists():
        raise RecordError(f"{folder}: is not a complete bundle, it has no bundle.json: collect the results again")
    manifest = _parse_json(read_bytes(folder / "bundle.json", MIB), str(folder / "bundle.json"))
    if not isinstance(manifest, dict) or set(manifest) != {"schema_version", "suite", "files"}:
        raise RecordError(f"{folder / 'bundle.json'}: needs exactly schema_version, suite and files")
    version = _check_version(manifest["schema_version"], str(folder / "bundle.json"))
    if not isinstance(manifest["files"], dict) or set(manifest["files"]) != set(FILES):
        raise RecordError(f"{folder / 'bundle.json'}: files does not list exactly {', '.join(FILES)}")
    data = {name: read_bytes(folder / name) for name in FILES}
    for name in FILES:
        found, expected = hashlib.sha256(data[name]).hexdigest(), manifest["files"][name]
        if found != expected:
            changed = "it was changed or cut short, get the bundle again"
            raise RecordError(f"{folder / name}: has SHA-256 {found!r}, but bundle.json expects {_short(expected)}: {changed}")
    tables = {table: _parse_csv(table, data[f"{table}.csv"], str(folder / f"{table}.csv"), version) for table in TABLES}
    specs, pictures = (_parse_json(data[f"{name}.json"], str(folder / f"{name}.json")) for name in DOCUMENTS)
    names = {table: str(folder / f"{table}.csv") for table in TABLES} | {name: str(folder / f"{name}.json") for name in DOCUMENTS}
    if defects := _defects(tables, specs, pictures, names):
        raise RecordError(defects)
    return _bundle(tables, specs, pictures, str(folder))


def _csv_bytes(table: str, rows: Rows) -> bytes:
    """RFC 4180 but for the line ends, which are \\n: null is an empty field, numbers in their shortest exact form, booleans true and false."""

    def text(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            return repr(value)
        return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in ',"\r\n') else value

    lines = [",".join(column.name for column in TABLES[table])]
    lines += [",".join(text(value) for value in row.values()) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _parse_csv(table: str, data: bytes, where: str, version: int) -> Rows:
    """The rows of a CSV file with their types. Fields that are not of their column's type stay text, for the validation to name."""
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordError(f"{where}: is not a CSV file in UTF-8: {error}") from None
    header = lines[0] if lines else []
    if len(set(header)) != len(header):
        raise RecordError(f"{where}: a column occurs twice in {_short(header)}")
    rows = []
    typed = [column for column in TABLES[table] if column.type != "string"]
    for i, line in enumerate(lines[1:], 1):
        if len(line) != len(header):
            raise RecordError(f"{where}: {table} row {i} has {len(line)} fields, its header {len(header)}")
        row = _upgrade(table, dict(zip(header, line, strict=True)), version)
        for column in typed:
            if isinstance(row.get(column.name), str):
                row[column.name] = _from_text(column, row[column.name])
        rows.append(row)
    return rows


def _from_text(column: Column, text: str) -> Any:
    if text == "":
        return None
    if column.type == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if not NUMBER.fullmatch(text) or len(text) > 40:
        return text
    if column.type == "number":
        return float(text)
    return int(text) if text.removeprefix("-").isdigit() else text


# Derived


def throughput(epochs: "pd.DataFrame") -> "pd.DataFrame":
    """Training examples per second of each run: columns run_id, legs, examples_per_s and samples.

    `samples` are the raw examples per second of each leg but the first, which carries warm-up, in the order of training;
    `examples_per_s` is their median, null for a run with a single leg. A leg whose clock did not advance gives no sample.
    """
    import pandas as pd

    rows = []
    for run, legs in epochs.sort_values(["run_id", "epoch"]).groupby("run_id", sort=True):
        steady = legs.iloc[1:]
        steady = steady[steady["train_s"] > 0]
        samples = steady["examples"] / steady["train_s"]
        rows.append({"run_id": run, "legs": len(legs), "examples_per_s": samples.median(), "samples": samples.tolist()})
    dtypes = {"run_id": "str", "legs": "int64", "examples_per_s": "float64", "samples": "object"}
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)


def data_dictionary() -> str:
    """The columns of all tables in Markdown: what `results/README.md` holds."""
    parts = []
    for table, columns in TABLES.items():
        lines = [f"### {table}.csv", "", f"Key: {', '.join(f'`{name}`' for name in KEYS[table])}.", ""]
        lines += ["| column | type | unit | null | meaning |", "| --- | --- | --- | --- | --- |"]
        lines += [f"| `{column.name}` | {column.type} | {column.unit} | {'yes' if column.null else 'no'} | {column.meaning} |" for column in columns]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
