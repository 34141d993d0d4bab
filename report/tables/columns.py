"""What a table of the report is: a frame with columns that say how their values are shown."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from report.results import Results

#: how values are shown: see `report.site.cells`
Kind = Literal[
    "text",
    "entry",
    "number",
    "count",
    "seconds",
    "size",
    "flops",
    "bytes_per_s",
    "verdict",
    "status",
    "confidence",
    "words",
    "url",
    "hash",
]
#: headings of columns of `Results.distinguishing` that are not called by their names
HEADINGS = {"version": "version", "matmul_precision": "products in", "source_sha256": "source"}


@dataclass(frozen=True)
class Column:
    """A column: its key in the frame, its heading, how values are shown, and whether they can be filtered.

    `link` is the key of the column that holds the address each value links to.
    """

    key: str
    label: str
    kind: Kind = "text"
    filterable: bool = False
    link: str = ""


@dataclass(frozen=True)
class Table:
    """A table: its name in addresses, its caption, the columns shown, and the whole frame as saved."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


def distinguishing(results: Results) -> tuple[Column, ...]:
    """The columns that tell results apart, where they differ: tier, backend, precision, machine, ...

    A version is told in a sentence, of which a choice would be unreadable: it is found by searching.
    """
    return tuple(
        Column(
            key,
            HEADINGS.get(key, key),
            "hash" if key == "source_sha256" else "text",
            filterable=key != "version",
        )
        for key in results.distinguishing
    )


def cost_columns(frame: pd.DataFrame, **labels: str) -> list[Column]:
    """The columns of costs (key -> what is behind "cost" in its heading) of which some row has one.

    The currency is in the heading, or in a column `currency` if there are several.
    """
    known = {key: label for key, label in labels.items() if frame[key].notna().any()}
    if not known:
        return []
    currencies = set(frame.loc[frame[list(known)].notna().any(axis=1), "currency"])
    single = f", {next(iter(currencies))}" if len(currencies) == 1 else ""
    columns = [Column(key, f"{f'cost {label}'.strip()}{single}", "number") for key, label in known.items()]
    return columns if single else [*columns, Column("currency", "currency", filterable=True)]


def provenance_of(results: Results, frame: pd.DataFrame) -> list[str]:
    """Where the report describes the executions behind each row; empty for rows without runs."""
    return [results.addresses.get(key, "") for key in zip(frame["spec_hash"], frame["machine"], strict=True)]
