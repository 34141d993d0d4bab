"""A bundle: the runs of one machine or several, as a folder of six tidy tables and three documents.

    runs.csv       one row per execution: one time that a run was measured
    epochs.csv     one row per leg of training (one or more epochs between two evaluations)
    measures.csv   one row per named number of an execution
    machines.csv   one row per machine and software
    ceilings.csv   one row per measurement of what a machine can reach
    speeds.csv     one row per batch size at which a recipe's speed was measured by itself
    specs.json     spec_id -> what was run: asked, card, dataset (its card), measures, layers
    pictures.json  execution_id -> pictures
    bundle.json    schema version, suite version and the SHA-256 of the files above; written last

`from_records` makes one from records, `merge` from other bundles, `read_bundle` from a folder.
"""

import dataclasses
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import __version__
from benchmarks.records import schema_1, schema_2, schema_3, schema_4
from benchmarks.records.csv_tables import MAX_LINES, csv_bytes, parse_csv, to_frame, to_rows
from benchmarks.records.files import (
    MAX_JSON_BYTES,
    json_bytes,
    parse_json,
    plain,
    read_bytes,
    write_files_atomic,
)
from benchmarks.records.plausibility import Doubt, implausible
from benchmarks.records.record import record_tables, upgrade_record, validate_record
from benchmarks.records.schema import (
    DOCUMENTS,
    FILES,
    KEYS,
    LABELS,
    SCHEMA_VERSION,
    TABLES,
    Record,
    RecordError,
    Rows,
    check_version,
    short,
)
from benchmarks.records.validation import defects, table_defects

if TYPE_CHECKING:
    import pandas as pd

#: The version of the schema that brought a file, where it was not the first.
SINCE = {"ceilings.csv": 2, "speeds.csv": 4}
MAX_MANIFEST_BYTES = 1 << 20
#: All files together. Reading takes up to ten times as much memory.
MAX_BUNDLE_BYTES = 200 << 20


@dataclass(frozen=True, eq=False)
class Bundle:
    """All executions on one or more machines: six frames, and the documents that go with them.

    The frames have the columns of `TABLES` with explicit dtypes (string: str; integer: int64, or Int64 where
    null is allowed; number: float64, null as NaN; boolean: boolean) and are sorted, so that equal content
    means equal frames. `doubts` says what is impossible or doubtful in numbers that keep the schema;
    `read_bundle` looks for it. `specs` maps a run's `spec_id` to its spec, `pictures` an `execution_id` to
    name -> encoded picture (see `decode_picture`). `source` says where the bundle came from, for messages; it
    is not part of its content.
    """

    runs: "pd.DataFrame"
    epochs: "pd.DataFrame"
    measures: "pd.DataFrame"
    machines: "pd.DataFrame"
    ceilings: "pd.DataFrame"
    speeds: "pd.DataFrame"
    specs: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, Any] = field(default_factory=dict)
    source: str = "bundle"
    doubts: tuple[Doubt, ...] = ()


#: One of the parts that are united: where it comes from, and its valid tables, specs and pictures.
Part = tuple[str, dict[str, Rows], dict[str, Any], dict[str, Any]]


def from_tables(
    tables: Mapping[str, Rows], specs: dict[str, Any], pictures: dict[str, Any], source: str
) -> Bundle:
    """The bundle of valid rows, specs and pictures, sorted. Nothing is checked: see `validate_bundle`."""
    frames: dict[str, Any] = {table: to_frame(table, tables[table]) for table in TABLES}
    return Bundle(
        **frames,
        specs={id: specs[id] for id in sorted(specs)},
        pictures={id: pictures[id] for id in sorted(pictures)},
        source=source,
    )


def _tables(bundle: Bundle) -> dict[str, Rows]:
    return {table: to_rows(table, getattr(bundle, table)) for table in TABLES}


def validate_bundle(bundle: Bundle) -> None:
    """Raises RecordError with one sentence per defect if a bundle does not keep the schema."""
    names = {name: f"{bundle.source}/{name}" for name in (*TABLES, *DOCUMENTS)}
    if sentences := defects(_tables(bundle), bundle.specs, bundle.pictures, names):
        raise RecordError(sentences)


def _unite(parts: Sequence[Part]) -> tuple[dict[str, Rows], dict[str, Any], dict[str, Any]]:
    """Tables, specs and pictures of all parts. Raises RecordError if two different ones have one key."""
    conflicts: list[str] = []
    tables = {
        table: _unite_rows(table, [(origin, rows[table]) for origin, rows, _, _ in parts], conflicts)
        for table in TABLES
    }
    # Specs are addressed by their content: those with one id are equal. Of two cards of one run one is kept.
    used = {row["spec_id"] for row in tables["runs"]}
    specs = {id: spec for _, _, some, _ in parts for id, spec in some.items() if id in used}
    pictures = _unite_pictures([(origin, some) for origin, _, _, some in parts], conflicts)
    if conflicts:
        raise RecordError(conflicts)
    return tables, specs, pictures


def _unite_rows(table: str, parts: Iterable[tuple[str, Rows]], conflicts: list[str]) -> Rows:
    """The rows of one table, each key once; each row that differs adds a sentence to `conflicts`."""
    # What a card says may change without a new run, and is in the id of its spec, though not in the hash.
    labels = (*LABELS, "spec_id") if table == "runs" else ()
    united: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}
    for origin, rows in parts:
        for row in rows:
            key = tuple(row[name] for name in KEYS[table])
            source, known = united.setdefault(key, (origin, row))
            if row == known:
                continue
            if differ := [name for name in row if row[name] != known[name] and name not in labels]:
                conflicts.append(_conflict(table, key, differ, (source, known), (origin, row)))
            else:
                united[key] = (source, known | _labels(known, row))
    return [row for _, row in united.values()]


def _labels(known: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """Name, price and spec of one execution from two rows; if both have one, the greater is kept."""
    prices = [
        (row["price_per_hour"], row["currency"])
        for row in (known, added)
        if row["price_per_hour"] is not None
    ]
    price, currency = max(prices, default=(None, ""))
    return {
        "machine_name": max(known["machine_name"], added["machine_name"]),
        "price_per_hour": price,
        "currency": currency,
        "spec_id": max(known["spec_id"], added["spec_id"]),
    }


def _unite_pictures(parts: Iterable[tuple[str, Mapping[str, Any]]], conflicts: list[str]) -> dict[str, Any]:
    """The pictures of all runs; each that differs from one of its name adds a sentence to `conflicts`."""
    united: dict[tuple[str, str], tuple[str, Any]] = {}
    for origin, pictures in parts:
        for id, named in pictures.items():
            for name, picture in named.items():
                source, known = united.setdefault((id, name), (origin, picture))
                if picture != known:
                    conflicts.append(
                        f"pictures: {source} and {origin} hold different pictures {name!r} of execution {id}"
                    )
    merged: dict[str, Any] = {id: {} for _, pictures in parts for id in pictures}
    for (id, name), (_, picture) in sorted(united.items(), key=lambda item: item[0]):
        merged[id][name] = picture
    return merged


def _conflict(
    table: str, key: tuple[Any, ...], differ: list[str], *sides: tuple[str, Mapping[str, Any]]
) -> str:
    """The sentence about two different rows with one key."""
    (source, known), (origin, row) = sides
    named = ", ".join(f"{name} {value}" for name, value in zip(KEYS[table], key, strict=True))
    if table == "runs":
        named += f" ({row['entry']} on {row['dataset']}, seed {row['seed']}, machine {row['machine_id']})"
    elif table == "machines":
        named += f" ({'; '.join(text for text in (row['processor'], row['accelerators']) if text)})"
    columns = ", ".join(f"{name} ({short(known[name])} and {short(row[name])})" for name in differ)
    sentence = f"{table}: {source} and {origin} hold different rows for {named}"
    return f"{sentence}: they differ in {columns}; one of the two was changed, get it again"


def from_records(
    records: Iterable[Record],
    names: Iterable[str] | None = None,
    ceilings: Iterable[Mapping[str, Any]] = (),
    speeds: Iterable[Mapping[str, Any]] = (),
    price_per_hour: float | None = None,
    currency: str = "",
    source: str = "records",
) -> Bundle:
    """The bundle of these records, whatever their order.

    `names` says where the records came from (their files), for messages. `ceilings` and
    `speeds` are rows as `benchmarks.commands.ceilings` and `benchmarks.speed.batch_sizes` measure them; those
    of machines without runs are left out. A price, if
    given, is set on every execution that has none. Raises RecordError for what does not keep the schema and
    for two different rows with one key.
    """
    records = list(records)
    labels = (
        [f"record {i}" for i in range(1, len(records) + 1)]
        if names is None
        else [str(name) for name in names]
    )
    parts: list[Part] = []
    for label, record in zip(labels, records, strict=True):
        record = upgrade_record(plain(record), label)
        validate_record(record, label)
        parts.append((label, *record_tables(record)))
    tables, specs, pictures = _unite(parts)
    machines = {(row["machine_id"], row["software_id"]) for row in tables["machines"]}
    for table, rows in (("ceilings", list(ceilings)), ("speeds", list(speeds))):
        if sentences := table_defects(table, rows, f"{source}/{table}"):
            raise RecordError(sentences)
        measured = {
            row[KEYS[table][0]]: dict(row)
            for row in rows
            if (row["machine_id"], row["software_id"]) in machines
        }
        tables[table] = list(measured.values())
    if price_per_hour is not None:
        price = {"price_per_hour": price_per_hour, "currency": currency}
        tables["runs"] = [row | price if row["price_per_hour"] is None else row for row in tables["runs"]]
    if sentences := table_defects("runs", tables["runs"], f"{source}/runs"):
        raise RecordError(sentences)
    return from_tables(tables, specs, pictures, source)


def merge(*bundles: Bundle) -> Bundle:
    """The union of bundles: commutative, associative, idempotent, and nothing is lost.

    A run that was measured several times keeps all its executions. If two bundles hold one execution, a
    machine's name or price that one lacks is taken from the other, and of two cards of its entry, which may
    have been edited in between, one is kept. Two different rows with one key mean that
    somebody changed one of them: RecordError names both bundles and the columns that differ.
    """
    parts: list[Part] = []
    for bundle in bundles:
        validate_bundle(bundle)
        parts.append((bundle.source, _tables(bundle), bundle.specs, bundle.pictures))
    source = " + ".join(dict.fromkeys(bundle.source for bundle in bundles)) or "nothing"
    doubts = tuple(sorted({doubt for bundle in bundles for doubt in bundle.doubts}))
    return dataclasses.replace(from_tables(*_unite(parts), source=source), doubts=doubts)


def bundle_files(bundle: Bundle) -> dict[str, bytes]:
    """The files of a bundle, `bundle.json` last; equal content gives equal bytes. Raises RecordError."""
    validate_bundle(bundle)
    return valid_bundle_files(from_tables(_tables(bundle), bundle.specs, bundle.pictures, bundle.source))


def valid_bundle_files(bundle: Bundle) -> dict[str, bytes]:
    """The same of a bundle that is valid and sorted, as every bundle is that was read or merged.

    Raises RecordError only if it is too large to be read.
    """
    files = {f"{table}.csv": csv_bytes(table, getattr(bundle, table)) for table in TABLES}
    files |= {"specs.json": json_bytes(bundle.specs), "pictures.json": json_bytes(bundle.pictures)}
    for name, data in files.items():
        limit = MAX_JSON_BYTES if name.endswith(".json") else MAX_BUNDLE_BYTES
        if len(data) > limit:
            raise RecordError(
                f"{name}: has {len(data)} bytes, more than the {limit} that are read: split the bundle"
            )
    for table in TABLES:
        if (rows := len(getattr(bundle, table))) >= MAX_LINES:
            raise RecordError(
                f"{table}.csv: has {rows} rows, more than the {MAX_LINES} that are read: split the bundle"
            )
    if (total := sum(map(len, files.values()))) > MAX_BUNDLE_BYTES:
        raise RecordError(
            f"{bundle.source}: has {total} bytes, more than the {MAX_BUNDLE_BYTES} that are read: split the"
            " bundle"
        )
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "suite": __version__,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return files | {"bundle.json": json_bytes(manifest)}


def write_bundle(bundle: Bundle, folder: str | os.PathLike[str]) -> None:
    """Writes the files of a bundle, `bundle.json` last: a folder without it is incomplete.

    A bundle that is there is replaced when all files are written, and is whole if one cannot be.
    """
    write_files_atomic(bundle_files(bundle), Path(folder), sealed_by="bundle.json")


def read_bundle(folder: str | os.PathLike[str]) -> Bundle:
    """The bundle in a folder, upgraded and validated; other files there are ignored. Raises RecordError."""
    folder = Path(folder)
    path = folder / "bundle.json"
    if not path.exists():
        raise RecordError(
            f"{folder}: is not a complete bundle, it has no bundle.json: collect the results again"
        )
    manifest = parse_json(read_bytes(path, MAX_MANIFEST_BYTES), str(path))
    if not isinstance(manifest, dict) or set(manifest) != {"schema_version", "suite", "files"}:
        raise RecordError(f"{path}: needs exactly schema_version, suite and files")
    version = check_version(manifest["schema_version"], str(path))
    files = [name for name in FILES if version >= SINCE.get(name, 1)]
    if not isinstance(manifest["files"], dict) or set(manifest["files"]) != set(files):
        raise RecordError(f"{path}: files does not list exactly {', '.join(files)}")
    names = {Path(name).stem: str(folder / name) for name in FILES}
    parsed: dict[str, Any] = {}
    room = MAX_BUNDLE_BYTES
    for (
        name
    ) in files:  # One after the other, so that the bytes of one file are freed before the next is read.
        part, data = Path(name).stem, read_bytes(folder / name, max(room, 1))
        room -= len(data)
        sha256, expected = hashlib.sha256(data).hexdigest(), manifest["files"][name]
        if sha256 != expected:
            changed = "it was changed or cut short, get the bundle again"
            raise RecordError(
                f"{folder / name}: has SHA-256 {sha256!r}, but bundle.json expects {short(expected)}:"
                f" {changed}"
            )
        parsed[part] = (
            parse_csv(part, data, names[part], version) if part in TABLES else parse_json(data, names[part])
        )
    tables = {table: parsed[table] for table in TABLES if table in parsed}
    specs, pictures = (parsed[name] for name in DOCUMENTS)
    if version == 1 and isinstance(pictures, dict):
        tables, pictures = schema_1.upgraded(tables, pictures, names)
    if version <= 2:
        tables = schema_2.upgraded(tables)
    if version <= 3:
        tables = schema_3.upgraded(tables)
    if version <= 4:
        tables = schema_4.upgraded(tables)
    if sentences := defects(tables, specs, pictures, names):
        raise RecordError(sentences)
    return dataclasses.replace(
        from_tables(tables, specs, pictures, str(folder)),
        doubts=tuple(sorted(set(implausible(tables, specs)))),
    )


def throughput(epochs: "pd.DataFrame") -> "pd.DataFrame":
    """Training examples per second of each execution: columns execution_id, legs, examples_per_s and samples.

    Of an execution that learned in several stages, the legs of the last one count.

    `samples` are the examples per second of each leg without warm-up, in the order of training;
    `examples_per_s` is their median, null if there are none. A leg whose clock did not advance gives no
    sample.
    """
    import pandas as pd

    rows = []
    for execution, legs in epochs.sort_values(["execution_id", "epoch"]).groupby("execution_id", sort=True):
        legs = legs[legs["stage"] == legs["stage"].iloc[-1]]
        steady = legs[~legs["warm_up"].astype(bool) & (legs["train_s"] > 0)]
        samples = steady["examples"] / steady["train_s"]
        rows.append(
            {
                "execution_id": execution,
                "legs": len(legs),
                "examples_per_s": samples.median(),
                "samples": samples.tolist(),
            }
        )
    dtypes = {"execution_id": "str", "legs": "int64", "examples_per_s": "float64", "samples": "object"}
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)
