"""The table of data sets."""

import pandas as pd

from report.results import Results
from report.tables.columns import Column, Table

_FROM_CARD = (
    *("id", "title", "task", "licence", "source", "citation", "split", "shape", "procedural", "checksum"),
)


def datasets(results: Results) -> Table:
    """The data sets, with licence and source."""
    used = results.runs.groupby("dataset")["entry"].agg(lambda ids: ", ".join(sorted(set(ids))))
    frame = pd.DataFrame(list(results.datasets.values()), columns=list(_FROM_CARD))
    frame["entries"] = frame["id"].map(used).fillna("")
    columns = (
        Column("id", "data set"),
        Column("title", "title"),
        Column("shape", "one example"),
        Column("split", "split"),
        Column("licence", "licence", filterable=True),
        Column("source", "source", "url"),
        Column("citation", "citation"),
    )
    return Table(
        "datasets",
        "The data sets, their licences and their sources. Procedural data sets are generated from a seed and "
        "checksummed like the rest.",
        columns,
        frame,
    )
