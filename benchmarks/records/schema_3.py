"""Version 3 of the schema, and how its tables become those of version 4.

It knew no speeds at growing batch sizes, and of a machine's ceilings only those of float32 and of copying.
"""

from collections.abc import Mapping
from typing import Any

from benchmarks.records import schema_4
from benchmarks.records.schema import Rows

#: What version 4 added to each table.
ADDED = {"ceilings": ("tf32_flops", "bfloat16_flops", "host_to_device", "launch_s")}
#: The columns of each table.
COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(name for name in columns if name not in ADDED.get(table, ()))
    for table, columns in schema_4.COLUMNS.items()
    if table != "speeds"
}


def upgraded(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Tables in version 4."""
    return {**tables, "ceilings": [ceilings(row) for row in tables["ceilings"]], "speeds": []}


def ceilings(row: Any) -> Any:
    """A row of ceilings in version 4; what is no row of version 3 is left for validation to name."""
    if not isinstance(row, dict) or set(row) != set(COLUMNS["ceilings"]):
        return row
    return {**dict.fromkeys(ADDED["ceilings"]), **row}
