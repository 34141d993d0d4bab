"""A table's rows as a frame with explicit dtypes and as a CSV file, and back. Imports pandas only when a frame is asked for."""

import csv
import io
import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from benchmarks.records import schema_1
from benchmarks.records.schema import KEYS, TABLES, Column, RecordError, Rows, short

if TYPE_CHECKING:
    import pandas as pd

#: A column of one name has one type, in whichever table and version it stands.
TYPES = {column.name: column for columns in TABLES.values() for column in columns}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_SORT = {
    "runs": [
        *("entry", "dataset", "variant", "tier", "backend", "precision", "threads", "machine_id", "software_id", "spec_hash", "seed"),
        *("run_id", "started", "execution_id"),
    ],
    **{table: list(KEYS[table]) for table in ("epochs", "measures", "machines")},
    "ceilings": ["machine_id", "software_id", "measured", "ceiling_id"],
}


def _dtype(column: Column) -> str:
    if column.type == "integer":
        return "Int64" if column.null else "int64"
    return {"string": "str", "number": "float64", "boolean": "boolean"}[column.type]


def to_frame(table: str, rows: Rows) -> "pd.DataFrame":
    """Valid rows as a sorted frame."""
    import pandas as pd

    columns = {}
    for column in TABLES[table]:
        values = [row[column.name] for row in rows]
        if column.type == "number":
            values = [math.nan if value is None else value + 0.0 for value in values]  # -0.0 + 0.0 is 0.0: one zero, one text
        columns[column.name] = pd.Series(values, dtype=_dtype(column))
    return pd.DataFrame(columns).sort_values(_SORT[table], kind="stable", na_position="last", ignore_index=True)


def to_rows(table: str, frame: "pd.DataFrame") -> Rows:
    """A frame as rows of plain values; columns that the schema lacks are left out, missing ones raise RecordError."""
    import pandas as pd

    names = [column.name for column in TABLES[table]]
    if missing := [name for name in names if name not in frame.columns]:
        raise RecordError(f"{table}: column {missing[0]} is missing")
    columns = [
        [None if missing else value for value, missing in zip(frame[name].tolist(), pd.isna(frame[name]).tolist(), strict=True)] for name in names
    ]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def csv_bytes(table: str, rows: Rows) -> bytes:
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


def parse_csv(table: str, data: bytes, where: str, version: int) -> Rows:
    """The rows of a CSV file with their types. Fields that are not of their column's type stay text, for the validation to name."""
    try:
        return _rows(table, csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True), where, version)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordError(f"{where}: is not a CSV file in UTF-8: {error}") from None


def _rows(table: str, lines: Iterator[list[str]], where: str, version: int) -> Rows:
    """The typed rows. The lines are read one by one: a file that is none ends here before it fills the memory."""
    header = next(lines, [])
    columns = schema_1.COLUMNS[table] if version == 1 else [column.name for column in TABLES[table]]
    if len(set(header)) != len(header):
        raise RecordError(f"{where}: a column occurs twice in {short(header)}")
    if missing := [name for name in columns if name not in header]:
        raise RecordError([f"{where}: {table}, column {name}: is missing" for name in missing])
    if unknown := [name for name in header if name not in columns]:
        raise RecordError([f"{where}: {table}, column {short(name)}: is unknown to schema version {version}" for name in unknown])
    rows = []
    typed = [TYPES[name] for name in header if TYPES[name].type != "string"]
    for i, line in enumerate(lines, 1):
        if len(line) != len(header):
            raise RecordError(f"{where}: {table} row {i} has {len(line)} fields, its header {len(header)}")
        row: dict[str, Any] = dict(zip(header, line, strict=True))
        for column in typed:
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
