"""The record of one run: a JSON file `{schema_version, run, epochs, measures, machine, spec, pictures}`.

`run` and `machine` are one row, `epochs` and `measures` lists of rows, of the tables in `schema`.
"""

import os
from typing import Any

from benchmarks.records import schema_1, schema_2, schema_4
from benchmarks.records.files import json_bytes, parse_json, plain, read_bytes, write_bytes_atomic
from benchmarks.records.identity import execution_id, spec_id
from benchmarks.records.schema import (
    DOCUMENTS,
    SCHEMA_VERSION,
    TABLES,
    Record,
    RecordError,
    Rows,
    check_version,
    short,
)
from benchmarks.records.validation import defects

MAX_RECORD_BYTES = 64 << 20
#: The parts of a record and their types.
_RECORD = {
    "schema_version": int,
    "run": dict,
    "epochs": list,
    "measures": list,
    "machine": dict,
    "spec": dict,
    "pictures": dict,
}


def upgrade_record(record: Record, where: str = "record") -> Record:
    """The record in the newest version of the schema. Raises RecordError if it is none, or is newer."""
    if not isinstance(record, dict):
        raise RecordError(f"{where}: is not an object")
    version = check_version(record.get("schema_version"), where)
    sentences = [f"{where}: {part} is missing" for part in _RECORD if part not in record]
    sentences += [
        f"{where}: {short(part)} is unknown to schema version {SCHEMA_VERSION}"
        for part in record
        if part not in _RECORD
    ]
    sentences += [
        f"{where}: {part} is not of type {kind.__name__}"
        for part, kind in _RECORD.items()
        if part in record and not isinstance(record[part], kind)
    ]
    if sentences:
        raise RecordError(sentences)
    if version == 1:
        tables, pictures = _upgraded(record, where)
        record = {
            **record,
            "run": tables["runs"][0],
            "machine": tables["machines"][0],
            "epochs": tables["epochs"],
            "measures": tables["measures"],
        }
        record["pictures"] = next(iter(pictures.values()), {})
    if version <= 2:
        tables = schema_2.upgraded({"runs": [record["run"]], "epochs": record["epochs"]})
        record = {**record, "run": tables["runs"][0], "epochs": tables["epochs"]}
    if version <= 4:
        record = {
            **record,
            "run": schema_4.row_of("runs", record["run"]),
            "epochs": [schema_4.row_of("epochs", leg) for leg in record["epochs"]],
            "machine": schema_4.row_of("machines", record["machine"]),
        }
    return {**record, "schema_version": SCHEMA_VERSION}


def _upgraded(record: Record, where: str) -> tuple[dict[str, Rows], dict[str, Any]]:
    """Tables and pictures of a record of version 1, in version 2."""
    names = dict.fromkeys((*TABLES, *DOCUMENTS), where)
    tables = {
        "runs": [record["run"]],
        "epochs": record["epochs"],
        "measures": record["measures"],
        "machines": [record["machine"]],
    }
    return schema_1.upgraded(
        tables, {record["run"].get("run_id", ""): record["pictures"]} if record["pictures"] else {}, names
    )


def record_tables(record: Record) -> tuple[dict[str, Rows], dict[str, Any], dict[str, Any]]:
    """Tables, specs and pictures of one record."""
    tables = {
        "runs": [record["run"]],
        "epochs": record["epochs"],
        "measures": record["measures"],
        "machines": [record["machine"]],
        "ceilings": [],
        "speeds": [],
    }
    execution = str(record["run"].get("execution_id"))
    return (
        tables,
        {str(record["run"].get("spec_id")): record["spec"]},
        {execution: record["pictures"]} if record["pictures"] else {},
    )


def identified(record: Record) -> Record:
    """The record with the ids that follow from the rest: `spec_id`, and `execution_id` in all parts."""
    record = plain(record)
    run = {**record["run"], "spec_id": spec_id(record["spec"])}
    run["execution_id"] = execution_id(run)
    rows = {
        part: [{**row, "execution_id": run["execution_id"]} for row in record[part]]
        for part in ("epochs", "measures")
    }
    return {**record, "run": run, **rows}


def validate_record(record: Record, where: str = "record") -> None:
    """Raises RecordError with one sentence per defect (file, table, row, column, value)."""
    if sentences := defects(
        *record_tables(upgrade_record(record, where)), dict.fromkeys((*TABLES, *DOCUMENTS), where)
    ):
        raise RecordError(sentences)


def write_record(record: Record, path: str | os.PathLike[str]) -> None:
    """Validates a record and writes it atomically as strict JSON; non-finite numbers become null."""
    record = plain(record)
    validate_record(record, str(path))
    data = json_bytes(record)
    if len(data) > MAX_RECORD_BYTES:
        raise RecordError(
            f"{path}: the record has {len(data)} bytes, more than the {MAX_RECORD_BYTES} that are read: keep"
            " fewer pictures"
        )
    write_bytes_atomic(data, path)


def read_record(path: str | os.PathLike[str]) -> Record:
    """The record in a file, upgraded to the newest version and validated. Raises RecordError."""
    record = upgrade_record(parse_json(read_bytes(path, MAX_RECORD_BYTES), str(path)), str(path))
    validate_record(record, str(path))
    return record
