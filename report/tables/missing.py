"""The table of the runs that are missing."""

import pandas as pd

from report.missing import Missing
from report.tables.columns import Column, Table


def missing(found: Missing) -> Table:
    """The runs that the last call asked for and that left no record; seeds share a row."""
    frame = pd.DataFrame(found.rows)
    columns = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        Column("tier", "tier", filterable=True),
        *([Column("execution", "execution", "count")] if (frame["execution"] > 1).any() else []),
        Column("seeds", "seeds"),
        Column("runs", "runs", "count"),
        Column("reason", "reason"),
    )
    return Table("missing", "Runs that the last call asked for and that have left no record.", columns, frame)
