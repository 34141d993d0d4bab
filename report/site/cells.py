"""Values as text and as cells of an HTML table: everything is escaped."""

import math
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from benchmarks.records import clip, in_words
from report.addresses import entry_page
from report.cleaning import slug, web
from report.formats import duration, number, rate, size
from report.results import Results
from report.tables.columns import Column, Kind

#: confidence of a fact -> its mark, and what it means
_CONFIDENCE = {
    "verified": ("seen", "the number was seen in the source named"),
    "computed": ("computed", "arithmetic from the sizes or numbers named"),
    "recalled": ("unchecked", "recalled from memory, not yet checked against its source"),
}
#: mark of a confidence -> what it means
MEANINGS = dict(_CONFIDENCE.values())
#: the same in a sentence, for readers whom no title reaches
LEGEND = "Sources: " + "; ".join(f"“{mark}”: {meaning}" for mark, meaning in MEANINGS.items()) + "."
#: kinds of columns whose values are right-aligned numbers
NUMERIC = ("number", "count", "seconds", "size", "flops", "bytes_per_s")


def is_null(value: Any) -> bool:
    """Whether a cell's value is missing."""
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def show(value: Any, kind: str) -> str:
    """A cell's value as text."""
    if is_null(value):
        return ""
    if kind == "number":
        return number(value)
    if kind == "count":
        return f"{int(value):,}"
    if kind == "seconds":
        return duration(float(value))
    if kind == "size":
        return size(float(value))
    if kind in ("flops", "bytes_per_s"):
        return rate(float(value), "FLOP/s" if kind == "flops" else "B/s")
    if kind == "words":
        return clip(in_words(str(value)), 100)
    if kind == "hash":
        return str(value)[:12]
    if kind == "confidence":
        return _CONFIDENCE.get(str(value), _CONFIDENCE["recalled"])[0]
    return clip(str(value), 400)


def confidence(value: str) -> Markup:
    """The mark of a fact's confidence."""
    return _explained(*_CONFIDENCE.get(value, _CONFIDENCE["recalled"]))


def _explained(word: str, meaning: str) -> Markup:
    return Markup('<abbr title="{}">{}</abbr>').format(meaning, word)


def mark(value: str) -> Markup:
    """A verdict or status: a word with a coloured dot."""
    return Markup('<span class="mark {}">{}</span>').format(slug(value), value)


def web_link(url: str, label: str = "") -> Markup:
    """A link to a web address; only its text if the address is not one."""
    address = web(url)
    if not address:
        return escape(clip(label or str(url), 300))
    return Markup('<a href="{}" rel="noopener noreferrer external">{}</a>').format(
        address, clip(label or address, 120)
    )


def linked(inner: str | Markup, address: str) -> Markup:
    """A link within the report; only its text if the text or the address is empty."""
    return Markup('<a href="{}">{}</a>').format(address, inner) if inner and address else escape(inner)


class Cell(NamedTuple):
    """What a cell shows: a text, what it is sorted and searched by if not the text, and where it leads.

    A number's key is empty if there is none. `link` is an address as seen from index.html, or a web address.
    """

    text: str
    key: str = ""
    link: str = ""


def cell(value: Any, column: Column, results: Results, link: str = "") -> Cell:
    """A value as it is shown in a table, linked to the address `link` of the report if there is one."""
    if column.kind == "entry" and str(value) in results.entries:
        id = str(value)
        return Cell(clip(results.entries[id]["name"], 60), id, entry_page(id))
    if column.kind == "url" and (address := web(value)):
        return Cell(clip(address, 120), "", address)
    text = show(value, column.kind)
    key = "" if is_null(value) or column.kind not in NUMERIC else _sort_key(float(value))
    return Cell(text, key, link if text else "")


def _sort_key(value: float) -> str:
    """A number in at most seven digits; empty if it is not finite."""
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.7g}"


def cell_html(cell: Cell, kind: Kind, heading: bool, root: str = "") -> str:
    """A cell of a table's row; `root` leads from the page to the folder of index.html.

    The script lists.js makes the same of a cell of the rows that a page does not show at first.
    """
    inner = escape(cell.text)
    if cell.text and kind in ("verdict", "status"):
        inner = mark(cell.text)
    elif cell.text and kind == "confidence":
        inner = _explained(cell.text, MEANINGS[cell.text])
    if cell.link.startswith("http"):
        inner = web_link(cell.link, cell.text)
    else:
        inner = linked(inner, root + cell.link if cell.link else "")
    key = f' data-v="{escape(cell.key)}"' if cell.key else ""
    if heading:
        return f'<th scope="row"{key}>{inner}</th>'
    css = ' class="n"' if kind in NUMERIC else width_class(cell.text)
    return f"<td{css}{key}>{inner}</td>"


def width_class(text: str) -> str:
    """The class of a cell whose text needs a wide column."""
    return ' class="long"' if len(text) > 60 else ' class="some"' if len(text) > 20 else ""
