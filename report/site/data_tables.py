"""Tables as HTML, with the tools to search, filter, sort and download them.

A page shows the first rows of a table as HTML, so that it can be read without a script. The rows of a longer
table travel in the page as data: see `report.site.row_data`.
"""

from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from benchmarks.records import clip, in_words
from report.cleaning import slug
from report.formats import number, several
from report.results import Results
from report.site.cells import LEGEND, NUMERIC, Cell, cell, cell_html, is_null, show
from report.site.row_data import fitting
from report.tables.columns import Table

#: rows that a table shows at a time
PAGE_ROWS = 100
#: bytes of the rows of all tables of one page, as data: 10,000 runs of a hundred entries on six machines
DATA_BYTES = 1_750_000
#: A table is searchable if it has more rows than this.
FEW_ROWS = 5
#: A column can be filtered by at most this many values.
MOST_CHOICES = 250


def rows_as_text(table: Table) -> list[list[str]]:
    """The rows of a table as they are shown, as text."""
    columns = [[show(value, column.kind) for value in _values(table, column.key)] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _values(table: Table, key: str) -> list[Any]:
    return table.frame[key].tolist() if key in table.frame else [None] * len(table.frame)


def table_html(
    table: Table, no: int, results: Results, root: str = "", room: int = DATA_BYTES
) -> tuple[Markup, int]:
    """A table with its caption, tools and scroll box, as number `no` of the page; and the bytes of its data.

    `root` leads from the page to the folder of index.html. Of a table whose rows as data take more than
    `room` bytes, the page holds the first ones, and says so.
    """
    columns = [
        [
            cell(value, column, results, link)
            for value, link in zip(
                _values(table, column.key),
                _values(table, column.link) if column.link else [""] * len(table.frame),
                strict=True,
            )
        ]
        for column in table.columns
    ]
    every, name = len(table.frame), slug(table.name)
    data, held = "", every
    if every > PAGE_ROWS:
        data, held = fitting(columns, [column.kind for column in table.columns], every, room)
        if held < PAGE_ROWS:  # that many are HTML in any case
            data, held = "", PAGE_ROWS
        columns = [cells[:held] for cells in columns]
    caption = Markup("<b>Table {}.</b> {}").format(no, table.caption)
    if any(column.kind == "confidence" for column in table.columns):
        caption += f" {LEGEND}"
    block = f'<script type="application/json" data-root="{root}">{data}</script>' if data else ""
    cut = f' data-every="{every}"' if held < every else ""
    html = (
        f'<figure class="table" id="{name}" data-list="{name}" data-page="{PAGE_ROWS}"{cut}>'
        f'<figcaption id="{name}-caption">{caption}</figcaption>'
        f'<div class="tools">{_search_and_filters(table, columns)}'
        f'<output aria-live="polite">{several(every, "row")}</output>'
        f'<a class="to" data-csv href="{root}tables/{name}.csv" download '
        f'aria-label="CSV of these rows of table {no}">CSV of these rows</a></div>'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{name}-caption">'
        f"<table><thead><tr>{_headings(table)}</tr></thead>"
        f"<tbody>{_body(table, columns, root)}</tbody></table></div>"
        f"{_pager(name, no, held, every, root)}{block}</figure>"
    )
    return Markup(html), len(data.encode())


def _headings(table: Table) -> str:
    return "".join(
        f'<th scope="col" data-key="{slug(column.key)}"{" class=n" if column.kind in NUMERIC else ""}>'
        f"{escape(column.label)}</th>"
        for column in table.columns
    )


def _body(table: Table, columns: list[list[Cell]], root: str) -> str:
    kinds = [column.kind for column in table.columns]
    return "".join(
        f"<tr>{''.join(cell_html(one, kinds[i], i == 0, root) for i, one in enumerate(row))}</tr>"
        for row in zip(*(cells[:PAGE_ROWS] for cells in columns), strict=True)
    )


def _search_and_filters(table: Table, columns: list[list[Cell]]) -> str:
    """A search field, and a choice for each filterable column with more than one value."""
    fields = []
    if len(table.frame) > FEW_ROWS:
        fields.append(
            '<label>search<input type="search" data-key="q" autocomplete="off" spellcheck="false"></label>'
        )
    for i, column in enumerate(table.columns):
        options = sorted({one.text for one in columns[i]} - {""}) if column.filterable else []
        if 1 < len(options) <= MOST_CHOICES:
            items = "".join(f"<option>{escape(option)}</option>" for option in options)
            fields.append(
                f'<label>{escape(column.label)}<select data-key="{slug(column.key)}" data-column="{i}">'
                f'<option value="">all</option>{items}</select></label>'
            )
    return "".join(fields)


def _pager(name: str, no: int, held: int, every: int, root: str) -> str:
    """Which rows are shown, with the place for the buttons that turn the page; and what the page lacks."""
    file = f'<a href="{root}tables/{name}.csv">tables/{name}.csv</a>'
    lacking = ""
    if held < every:
        lacking = (
            f'<p class="note">The page has room for the first {held:,} of {every:,} rows: search, filters '
            f"and sorting apply to these alone. All rows are in {file}.</p>"
        )
    if every <= PAGE_ROWS:
        return ""
    return (
        f'<nav class="pager" aria-label="Pages of table {no}"><span>Rows 1 to {min(held, PAGE_ROWS)} of '
        f"{held:,}</span><span>all are in {file}</span></nav>{lacking}"
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
