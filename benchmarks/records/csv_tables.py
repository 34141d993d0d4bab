"""The rows of a table as a frame with explicit dtypes and as a CSV file, and back.

Imports pandas only when a frame is asked for.
"""

import csv
import math
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from benchmarks.records import schema_1, schema_2, schema_3, schema_4
from benchmarks.records.schema import KEYS, TABLES, Column, RecordError, Rows, short

if TYPE_CHECKING:
    import pandas as pd

#: A column name has one type, in every table and version.
TYPES = {column.name: column for columns in TABLES.values() for column in columns}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: A row takes 200 to 500 bytes of memory. Any table may have FREE_LINES, a larger one a line in
#: BYTES_PER_LINE bytes (real rows have over 40), and none more than MAX_LINES: 10,000 runs of 200 legs are
#: 2,000,000.
FREE_LINES = 100_000
BYTES_PER_LINE = 32
MAX_LINES = 3_000_000
MAX_LINE_BYTES = 4 << 20
_SORT = {
    "runs": [
        *(
            "entry",
            "dataset",
            "variant",
            "tier",
            "backend",
            "precision",
            "threads",
            "devices",
            "machine_id",
            "software_id",
            "spec_hash",
            "seed",
        ),
        *("run_id", "started", "execution_id"),
    ],
    **{table: list(KEYS[table]) for table in ("epochs", "measures", "machines")},
    "ceilings": ["machine_id", "software_id", "measured", "ceiling_id"],
    "speeds": [
        *("entry", "recipe", "tier", "machine_id", "software_id", "precision", "threads"),
        *("devices", "work", "batch_size", "measured", "speed_id"),
    ],
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
            values = [
                math.nan if value is None else value + 0.0 for value in values
            ]  # -0.0 + 0.0 is 0.0: one zero, one text
        columns[column.name] = pd.Series(values, dtype=_dtype(column))
    return pd.DataFrame(columns, copy=False).sort_values(
        _SORT[table], kind="stable", na_position="last", ignore_index=True
    )


def to_rows(table: str, frame: "pd.DataFrame") -> Rows:
    """A frame as rows of plain values, without unknown columns. Raises RecordError for missing ones."""
    import pandas as pd

    names = [column.name for column in TABLES[table]]
    if missing := [name for name in names if name not in frame.columns]:
        raise RecordError(f"{table}: column {missing[0]} is missing")
    columns = [
        [
            None if missing else value
            for value, missing in zip(frame[name].tolist(), pd.isna(frame[name]).tolist(), strict=True)
        ]
        for name in names
    ]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def csv_bytes(table: str, frame: "pd.DataFrame") -> bytes:
    """RFC 4180 with \\n as line end: null is an empty field, numbers are in their shortest exact form."""
    columns = [_texts(column, frame[column.name]) for column in TABLES[table]]
    lines = [",".join(column.name for column in TABLES[table]), *map(",".join, zip(*columns, strict=True))]
    return ("\n".join(lines) + "\n").encode()


def _texts(column: Column, values: "pd.Series") -> list[str]:
    """The fields of a column. Texts and whole numbers repeat row after row, so each is written once."""
    import pandas as pd

    cells, missing = values.tolist(), pd.isna(values)
    if missing.any():
        cells = [None if null else cell for cell, null in zip(cells, missing, strict=True)]
    writers: dict[str, Callable[[Any], str]] = {"string": _quoted, "boolean": _boolean}
    write = writers.get(column.type, repr)
    if column.type == "number":
        return ["" if cell is None else write(cell) for cell in cells]
    fields = {cell: "" if cell is None else write(cell) for cell in set(cells)}
    return [fields[cell] for cell in cells]


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    """A text as a field, in quotes where it holds a comma, a quote or a line end."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def parse_csv(table: str, data: bytes, where: str, version: int) -> Rows:
    """The typed rows of a CSV file; a field of a wrong type stays text, for the validation to name.

    Raises RecordError for a file that is not this table. Whatever takes far more memory than bytes (rows of
    commas or line ends only, lines without end) is refused before a row is made, so that the rows stay below
    ten times the file's size.
    """
    lines, most = data.count(b"\n"), min(MAX_LINES, max(FREE_LINES, len(data) // BYTES_PER_LINE))
    if lines > most:
        raise RecordError(
            f"{where}: has {lines} lines in {len(data)} bytes, more than the {most} that are read from a"
            " file of its size"
        )
    try:
        return _rows(table, csv.reader(_lines(data, where), strict=True), where, version)
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordError(f"{where}: is not a CSV file in UTF-8: {error}") from None


def _lines(data: bytes, where: str) -> Iterator[str]:
    """The lines of a file with their ends, decoded one by one: a whole text can take four times its bytes."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start, start + MAX_LINE_BYTES) + 1 or len(data)
        if end - start > MAX_LINE_BYTES:
            raise RecordError(
                f"{where}: has a line of more than the {MAX_LINE_BYTES} bytes that are read at most"
            )
        yield data[start:end].decode("utf-8")
        start = end


class _Row:
    """Gives rows dictionaries that share their keys, which take little more than half the memory."""


def _rows(table: str, lines: Iterator[list[str]], where: str, version: int) -> Rows:
    """The typed rows. Lines are read one by one, to refuse a wrong file before it fills the memory."""
    header = next(lines, [])
    if sentences := _header_defects(table, header, where, version):
        raise RecordError(sentences)
    rows = []
    typed = [TYPES[name] for name in header if TYPES[name].type != "string"]
    texts: dict[str, str] = {}  # each id and name is kept once, however many rows hold it
    for i, line in enumerate(lines, 1):
        if len(line) != len(header):
            raise RecordError(f"{where}: {table} row {i} has {len(line)} fields, its header {len(header)}")
        row = vars(_Row())
        row.update(zip(header, line, strict=True))
        for column in typed:
            row[column.name] = _from_text(column, row[column.name])
        for name, value in row.items():
            if isinstance(value, str):
                row[name] = texts.setdefault(value, value)
        if len(texts) > 1000:
            texts.clear()
        rows.append(row)
    return rows


def _header_defects(table: str, header: list[str], where: str, version: int) -> list[str]:
    """What is wrong with the first line of a table; a table without rows has a header, too."""
    if not header:
        return [f"{where}: is empty: the table {table} needs a header, even without rows"]
    if len(set(header)) != len(header):
        return [f"{where}: a column occurs twice in {short(header)}"]
    newest = {name: tuple(column.name for column in columns) for name, columns in TABLES.items()}
    older = {1: schema_1.COLUMNS, 2: schema_2.COLUMNS, 3: schema_3.COLUMNS, 4: schema_4.COLUMNS}
    names = older.get(version, newest)[table]
    sentences = [
        f"{where}: header of {table}, column {name}: is missing" for name in names if name not in header
    ]
    return sentences + [
        f"{where}: header of {table}, column {short(name)}: is unknown to schema version {version}"
        for name in header
        if name not in names
    ]


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
