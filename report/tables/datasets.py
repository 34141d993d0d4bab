"""The table of data sets."""

import pandas as pd

from report.addresses import dataset_anchor
from report.results import Results
from report.tables.columns import Column, Table

_FROM_CARD = (
    *("id", "title", "task", "licence", "source", "citation", "split", "shape", "procedural", "checksum"),
)


def datasets(results: Results) -> Table:
    """The data sets, with licence and source."""
    users = results.runs.groupby("dataset")["entry"].unique()
    frame = pd.DataFrame(list(results.datasets.values()), columns=list(_FROM_CARD))
    frame["entries"] = frame["id"].map(users.map(lambda ids: ", ".join(sorted(ids)))).fillna("")
    frame["users"] = frame["id"].map(users.map(len)).fillna(0).astype(int)
    frame["address"] = [f"data.html#{dataset_anchor(id)}" for id in frame["id"]]
    columns = (
        Column("id", "data set", link="address"),
        Column("title", "title"),
        Column("shape", "one example"),
        Column("split", "split"),
        Column("task", "task", "words", filterable=True),
        Column("licence", "licence", filterable=True),
        Column("users", "entries", "count", link="address"),
        Column("checksum", "SHA-256", "hash"),
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
