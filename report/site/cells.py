"""Values as text and as cells of an HTML table: everything is escaped."""

from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from benchmarks.records import clip, in_words
from report.addresses import entry_page
from report.cleaning import slug, web
from report.formats import duration, number, rate, size
from report.results import Results
from report.tables.columns import Column

#: confidence of a fact -> its mark, and what it means
_CONFIDENCE = {
    "verified": ("seen", "the number was seen in the source named"),
    "computed": ("computed", "arithmetic from the published sizes"),
    "recalled": ("unchecked", "recalled from memory, not yet checked against its source"),
}
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
    word, meaning = _CONFIDENCE.get(value, _CONFIDENCE["recalled"])
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


def cell(value: Any, column: Column, results: Results, address: str = "", root: str = "") -> str:
    """A value as a table cell, linked to `address` if there is one.

    Addresses are those seen from index.html; `root` leads from the page to its folder.
    """
    address = root + address if address else ""
    text = show(value, column.kind)
    if column.kind in NUMERIC:
        sort_key = "" if is_null(value) else repr(float(value))
        return f'<td class="n" data-v="{sort_key}">{linked(text, address)}</td>'
    if column.kind == "entry":
        card = results.entries.get(str(value))
        inner = entry_link(str(value), clip(card["name"], 60), root) if card else escape(text)
        return f'<th scope="row" data-v="{escape(text)}">{inner}</th>'
    inner = escape(text)
    if text and column.kind in ("verdict", "status"):
        inner = mark(str(value))
    elif text and column.kind == "confidence":
        inner = confidence(str(value))
    elif text and column.kind == "url":
        inner = web_link(str(value))
    inner = linked(inner, address)
    width = " class=long" if len(text) > 60 else " class=some" if len(text) > 20 else ""
    return f"<td{width}>{inner}</td>"


def entry_link(id: str, name: str, root: str = "") -> Markup:
    """A link to the page of an entry."""
    return Markup('<a href="{}">{}</a>').format(root + entry_page(id), name)
