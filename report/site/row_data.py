"""The rows of a table as data inside a page, small and safe: the script lists.js turns them into rows.

The data are columns. Each has a dictionary of its distinct cells, and for each row the place of its cell in
the dictionary, as `width` digits of base 36. Links are listed once for all columns.
"""

import json
from collections.abc import Sequence
from typing import Any

from report.site.cells import MEANINGS, NUMERIC, Cell
from report.tables.columns import Kind

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def encoded(columns: Sequence[Sequence[Cell]], kinds: Sequence[Kind], rows: int) -> str:
    """The first `rows` rows as JSON that is safe inside a script element."""
    links: dict[str, int] = {}
    data = {
        "rows": rows,
        "columns": [_column(cells[:rows], kind, links) for cells, kind in zip(columns, kinds, strict=True)],
        "links": list(links),
        "meanings": MEANINGS,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # No "</script" and no "<!--" can end the element; the two line ends are none in JSON, but in scripts.
    for letter in "<\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def fitting(
    columns: Sequence[Sequence[Cell]], kinds: Sequence[Kind], rows: int, room: int
) -> tuple[str, int]:
    """As many of the first rows as take at most `room` bytes as JSON, and their number."""
    while rows:
        text = encoded(columns, kinds, rows)
        size = len(text.encode())
        if size <= room:
            return text, rows
        rows = min(rows - 1, int(rows * 0.95 * room / size))
    return "", 0


def _column(cells: Sequence[Cell], kind: Kind, links: dict[str, int]) -> dict[str, Any]:
    places: dict[Cell, int] = {}
    at = [places.setdefault(cell, len(places)) for cell in cells]
    width = len(_base36(len(places) - 1)) if places else 1
    column: dict[str, Any] = {
        "kind": "number" if kind in NUMERIC else kind,
        "texts": [cell.text for cell in places],
        "width": width,
        "at": "".join(_base36(place).rjust(width, "0") for place in at),
    }
    if any(cell.key for cell in places):
        column["keys"] = [cell.key for cell in places]
    if any(cell.link for cell in places):
        column["links"] = [links.setdefault(cell.link, len(links)) if cell.link else -1 for cell in places]
    return column


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
