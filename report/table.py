"""What a table of the report is: a frame with columns that say how they are shown; saved as CSV and LaTeX too."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from report.text import clip

Kind = Literal[
    "text",
    "entry",
    "number",
    "count",
    "seconds",
    "hours",
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


@dataclass(frozen=True)
class Column:
    """A column of a table: its key in the frame, its heading, how its values are shown, and whether one can choose among them.

    `to` is the key of the column that holds, for each value, where in the report it leads.
    """

    key: str
    label: str
    kind: Kind = "text"
    choose: bool = False
    to: str = ""


@dataclass(frozen=True)
class Table:
    """A table: its name in file names and addresses, its caption, its columns as shown, and the whole frame as saved."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


#: What a spreadsheet may run, whatever blanks or quotes come before it; full-width signs are read as the plain ones.
_FORMULA = re.compile("[\\s'\"]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")


def _unharmful(value: Any) -> Any:
    """A cell that a spreadsheet will not run as a formula."""
    return (
        f"'{value}"
        if isinstance(value, str) and _FORMULA.match(value) and value != "-" and not _numeric(value)
        else value
    )


def _numeric(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def save_csv(frame: pd.DataFrame, path: Path) -> None:
    """Writes a frame as CSV; numbers in full, no text that starts like a formula."""
    frame = frame.apply(
        lambda column: column.map(_unharmful) if not pd.api.types.is_numeric_dtype(column) else column
    )
    frame.columns = [_unharmful(name) for name in frame.columns]
    frame.to_csv(path, index=False, lineterminator="\n")


_TEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "×": r"$\times$",
    "—": "---",
}
_TEX |= dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", (rf"\textsuperscript{{{digit}}}" for digit in "-0123456789"), strict=True))


def tex(text: str) -> str:
    """The text with everything escaped that LaTeX reads as markup, on one line."""
    return "".join(_TEX.get(letter, letter) for letter in " ".join(text.split()))


def save_tex(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, path: Path) -> None:
    """Writes the table as it is shown, for the booktabs and longtable packages."""
    lines = [
        r"\begin{longtable}{" + "l" * len(header) + "}",
        rf"\caption{{{tex(caption)}}}\\",
        r"\toprule",
        " & ".join(tex(cell) for cell in header) + r" \\",
        r"\midrule",
        r"\endhead",
    ]
    lines += [" & ".join(tex(clip(cell, 300)) for cell in row) + r" \\" for row in rows]
    path.write_text("\n".join([*lines, r"\bottomrule", r"\end{longtable}", ""]), encoding="utf-8")
