"""Builds the report: pages, figures and tables."""

import shutil
from pathlib import Path

from benchmarks import records
from report import tables
from report.results import Results
from report.site import index, provenance
from report.site.data_tables import rows_as_text
from report.site.entry_cards import entry_cards
from report.site.environment import environment
from report.site.figures import FIGURES, figures
from report.site.folder import replace
from report.tables.files import save_csv, save_tex


def build(
    results: Results, out: Path, compare: bool = False, speed: Path | None = None, source: str = ""
) -> Path:
    """Writes the report into `out` and returns the path of index.html. The same results give the same bytes.

    It consists of index.html, provenance.html, figures/, tables/ and provenance/. `compare` puts the
    comparison of machines first; `speed` is a file of the speed benchmark; `source` is the address under
    which the suite's files can be read.

    The report is first written aside: only a complete report replaces an earlier one, and it replaces only
    files that a report wrote. Raises FileExistsError if another file is in the way.
    """
    new = out / ".report.new"
    shutil.rmtree(new, ignore_errors=True)
    for name in ("figures", "tables", "provenance"):
        (new / name).mkdir(parents=True)
    try:
        _write(results, new, compare, speed, source)
        replace(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return out / "index.html"


def _write(results: Results, out: Path, compare: bool, speed: Path | None, source: str) -> None:
    """Writes the files of the report; `out` has the empty folders figures/, tables/ and provenance/."""
    all_tables = tables.all_tables(results, speed)
    for table in all_tables.values():
        save_csv(table.frame, out / "tables" / f"{table.name}.csv")
        headings = [column.label for column in table.columns]
        save_tex(headings, rows_as_text(table), table.caption, out / "tables" / f"{table.name}.tex")
    order = ["machines", *(name for name in FIGURES if name != "machines")] if compare else list(FIGURES)
    shown_figures = figures(results, out, order)
    cards, pictures_left = entry_cards(results, source)
    pages = environment()
    provenance.write(results, out, pages, pictures_left)
    html = index.render(results, pages, all_tables, shown_figures, cards, compare)
    records.write_bytes_atomic(html.encode("utf-8"), out / "index.html")
