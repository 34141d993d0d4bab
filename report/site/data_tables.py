"""Tables as HTML, with the tools to search, filter, sort and download them."""

from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from benchmarks.records import clip, in_words
from report.budget import first_rows
from report.cleaning import slug
from report.formats import number, several
from report.results import Results
from report.site.cells import NUMERIC, cell, is_null, show
from report.tables.columns import Table

#: rows that a table may have on the page, and all tables together
ROWS = 900
#: A table is searchable if it has more rows than this.
FEW_ROWS = 5
#: A column can be filtered by at most this many values.
MOST_CHOICES = 60


def rows_as_text(table: Table) -> list[list[str]]:
    """The rows of a table as they are shown, as text."""
    return [
        [show(value, column.kind) for value, column in zip(row, table.columns, strict=True)]
        for row in _values(table)
    ]


def _values(table: Table) -> list[tuple[Any, ...]]:
    """The values of the columns shown, row by row."""
    frame = table.frame
    columns = [
        frame[column.key].tolist() if column.key in frame else [None] * len(frame) for column in table.columns
    ]
    return list(zip(*columns, strict=True))


def table_html(table: Table, no: int, results: Results, root: str = "", most: int = ROWS) -> Markup:
    """A table with its caption, tools and scroll box, as number `no` of the page.

    `root` leads from the page to the folder of index.html. A table with more than `most` rows is cut short,
    and says so.
    """
    every = len(table.frame)
    outcome_columns = [column.key for column in table.columns if column.kind in ("status", "verdict")]
    kept = table.frame.iloc[first_rows(table.frame, outcome_columns, most)]
    table = Table(table.name, table.caption, table.columns, kept)
    name = slug(table.name)
    caption = Markup("<b>Table {}.</b> {}").format(no, table.caption)
    cut = every > len(kept)
    cut_attribute = f' data-every="{every}"' if cut else ""
    note = _cut_note(name, len(kept), every, root) if cut else ""
    return Markup(
        f'<figure class="table" id="{name}" data-list="{name}"{cut_attribute}>'
        f'<figcaption id="{name}-caption">{caption}</figcaption>'
        f'<div class="tools">{_search_and_filters(table)}'
        f'<output aria-live="polite">{several(len(kept), "row")}</output>'
        f'<a class="to" data-csv href="{root}tables/{name}.csv" download '
        f'aria-label="CSV of these rows of table {no}">CSV of these rows</a></div>'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{name}-caption">'
        f"<table><thead><tr>{_headings(table)}</tr></thead>"
        f"<tbody>{_body(table, results, root)}</tbody></table></div>"
        f"{note}</figure>"
    )


def _headings(table: Table) -> str:
    return "".join(
        f'<th scope="col" data-key="{slug(column.key)}"{" class=n" if column.kind in NUMERIC else ""}>'
        f"{escape(column.label)}</th>"
        for column in table.columns
    )


def _body(table: Table, results: Results, root: str) -> str:
    values = _values(table)
    addresses = [
        table.frame[column.link].tolist() if column.link else [""] * len(values) for column in table.columns
    ]
    rows = []
    for row, links in zip(values, zip(*addresses, strict=True), strict=True):
        cells = (
            cell(value, column, results, link, root)
            for value, column, link in zip(row, table.columns, links, strict=True)
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(rows)


def _search_and_filters(table: Table) -> str:
    """A search field, and a choice for each filterable column with more than one value."""
    values = _values(table)
    fields = []
    if len(values) > FEW_ROWS:
        fields.append(
            '<label>search<input type="search" data-key="q" autocomplete="off" spellcheck="false"></label>'
        )
    for i, column in enumerate(table.columns):
        options = sorted({show(row[i], column.kind) for row in values} - {""}) if column.filterable else []
        if 1 < len(options) <= MOST_CHOICES:
            items = "".join(f"<option>{escape(option)}</option>" for option in options)
            fields.append(
                f'<label>{escape(column.label)}<select data-key="{slug(column.key)}" data-column="{i}">'
                f'<option value="">all</option>{items}</select></label>'
            )
    return "".join(fields)


def _cut_note(name: str, shown: int, every: int, root: str) -> str:
    return (
        f'<p class="note">{shown:,} of {every:,} rows are shown: first failures and missed claims, then as '
        "many rows of every entry as there is room for. Search and filters apply to these rows only. All "
        f'rows are in <a href="{root}tables/{name}.csv">tables/{name}.csv</a>, and all executions on the '
        f'<a href="{root}provenance.html">provenance pages</a>.</p>'
    )


def plain_table(frame: pd.DataFrame) -> Markup:
    """The data of a figure as a table without tools."""
    numeric = [
        pd.api.types.is_numeric_dtype(frame[name]) and name not in ("year", "no") for name in frame.columns
    ]
    classes = [" class=n" if right else "" for right in numeric]
    heads = "".join(
        f'<th scope="col"{css}>{escape(in_words(str(name)))}</th>'
        for name, css in zip(frame.columns, classes, strict=True)
    )
    body = []
    for row in frame.itertuples(index=False):
        texts = [
            "" if is_null(value) else number(float(value)) if right else clip(str(value), 300)
            for value, right in zip(row, numeric, strict=True)
        ]
        cells = (f"<td{css}>{escape(text)}</td>" for text, css in zip(texts, classes, strict=True))
        body.append(f"<tr>{''.join(cells)}</tr>")
    return Markup(f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>")
