"""Writes tables as CSV and LaTeX files: no cell runs as a formula, and LaTeX reads no text as markup."""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.records import clip

#: What a spreadsheet may run, after any blanks and quotes; full-width signs are read like plain ones.
_FORMULA = re.compile("[\\s'\"]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet may run the text of a cell as a formula."""
    return bool(_FORMULA.match(text)) and text != "-" and not _numeric(text)


def _harmless(value: Any) -> Any:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{value}" if isinstance(value, str) and runs_as_formula(value) else value


def _numeric(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def save_csv(frame: pd.DataFrame, path: Path) -> None:
    """Writes a frame as CSV: numbers in full, and no text that starts like a formula."""
    frame = frame.apply(
        lambda column: column.map(_harmless) if not pd.api.types.is_numeric_dtype(column) else column
    )
    frame.columns = [_harmless(name) for name in frame.columns]
    frame.to_csv(path, index=False, lineterminator="\n")


_TEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    # Balanced, unlike \{ and \}: BibTeX counts every brace.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "×": r"$\times$",
    "—": "---",
}

_TEX |= dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", (rf"\textsuperscript{{{digit}}}" for digit in "-0123456789"), strict=True))


def tex(text: str) -> str:
    """The text on one line, with everything escaped that LaTeX reads as markup."""
    return "".join(_TEX.get(letter, letter) for letter in " ".join(text.split()))


def save_tex(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, path: Path) -> None:
    """Writes a table as shown, for the LaTeX packages booktabs and longtable."""
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
