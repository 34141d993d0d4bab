"""Version 4 of the schema, and how its tables become those of version 5.

Its runs trained on one device. It knew neither the bytes that a step moves, nor energy, nor the versions of
CUDA's libraries, nor a device's power limit and clock, nor what disturbed an accelerator.
"""

from collections.abc import Mapping
from typing import Any

from benchmarks.records.identity import ceiling_id, speed_id
from benchmarks.records.schema import TABLES, Rows

#: What version 5 added to each table, with the value that a row of version 4 has.
ADDED: dict[str, dict[str, Any]] = {
    "runs": {"devices": 1, "step_bytes": None, "idle_w": None},
    "epochs": {"throttled": None, "other_processes": None, "energy_j": None},
    "machines": {"cuda": ""},
    "ceilings": {"power_limit_w": None, "clock_hz": None},
    "speeds": {"devices": 1, "energy_j": None},
}
#: The columns of each table.
COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(column.name for column in columns if column.name not in ADDED.get(table, {}))
    for table, columns in TABLES.items()
}
#: The tables whose rows have an id that covers all their columns.
_IDS = {"ceilings": ("ceiling_id", ceiling_id), "speeds": ("speed_id", speed_id)}


def upgraded(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Tables in version 5, with the new ids of ceilings and speeds."""
    return {table: [row_of(table, row) for row in rows] for table, rows in tables.items()}


def row_of(table: str, row: Any) -> Any:
    """A row of a table in version 5; what is no row of version 4 is left for validation to name."""
    if table not in ADDED or not isinstance(row, dict) or set(row) & set(ADDED[table]):
        return row
    row = {**row, **ADDED[table]}
    if table not in _IDS:
        return row
    name, of = _IDS[table]
    try:
        return {**row, name: of(row)}
    except (KeyError, TypeError):
        return row
