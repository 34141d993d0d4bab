"""Version 2 of the schema, and how its tables become those of version 3.

It knew no stages of learning, and its clock of evaluation held the drawing of samples, too. What it did not
measure is null.
"""

from collections.abc import Mapping
from typing import Any

from benchmarks.records import schema_3
from benchmarks.records.schema import Rows

#: What version 3 added to each table.
ADDED: dict[str, tuple[str, ...]] = {"runs": ("sample_s", "start_sha256"), "epochs": ("stage",)}
#: The columns of each table.
COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(name for name in columns if name not in ADDED.get(table, ()))
    for table, columns in schema_3.COLUMNS.items()
}


def upgraded(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Tables in version 3. A recipe of version 2 had a single stage, which has no name."""
    values: dict[str, dict[str, Any]] = {
        "runs": {"sample_s": None, "start_sha256": ""},
        "epochs": {"stage": ""},
    }
    return {
        table: [{**values[table], **row} if isinstance(row, dict) else row for row in rows]
        if table in values
        else rows
        for table, rows in tables.items()
    }
