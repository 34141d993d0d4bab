"""Builds the report: pages, figures and tables."""

import contextlib
import secrets
import shutil
import time
from pathlib import Path

from report import tables
from report.archive import archive
from report.drawings import share
from report.missing import Missing
from report.results import Results
from report.site.data_tables import rows_as_text
from report.site.environment import environment
from report.site.figures import save_all
from report.site.folder import replace
from report.site.pages import (
    claims,
    data,
    entries,
    entry_list,
    index,
    machines,
    methods,
    provenance,
    runs,
    tracks,
)
from report.site.site import Site
from report.tables.files import save_csv, save_tex

#: folders of the report
FOLDERS = ("entries", "tracks", "provenance", "figures", "tables", "data")
#: An unfinished report that nobody has written to for so many seconds was left by a build that was killed.
LEFT_S = 3600


def build(
    results: Results,
    out: Path,
    compare: bool = False,
    speed: Path | None = None,
    source: str = "",
    address: str = "",
    missing: Missing | None = None,
) -> Path:
    """Writes the report into `out` and returns the path of index.html. The same results give the same bytes.

    It consists of the pages of `report.site.site.PAGES`, provenance.html, and the folders `FOLDERS`.
    `compare` puts the comparison of machines first; `speed` is a file of the speed benchmark; `source` is the
    web address under which the suite's files can be read, `address` that of the report itself; both may be
    empty. `missing` are runs that were asked for and left no record.

    The report is first written aside: only a complete report replaces an earlier one, and it replaces only
    files that a report wrote. Raises FileExistsError if another file is in the way.
    """
    _remove_leftovers(out)
    new = out / f".report.{secrets.token_hex(8)}.new"
    for name in FOLDERS:
        (new / name).mkdir(parents=True)
    try:
        _write(results, new, compare, speed, source, address, missing)
        replace(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return out / "index.html"


def _remove_leftovers(out: Path) -> None:
    """Removes what killed builds left behind; another build may be at work now."""
    for left in out.glob(".report.*new"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > LEFT_S:
                shutil.rmtree(left, ignore_errors=True)


def _write(
    results: Results,
    out: Path,
    compare: bool,
    speed: Path | None,
    source: str,
    address: str,
    missing: Missing | None,
) -> None:
    """Writes the files of the report; `out` has its empty folders."""
    all_tables = tables.all_tables(results, speed, missing)
    for table in all_tables.values():
        save_csv(table.frame, out / "tables" / f"{table.name}.csv")
        headings = [column.label for column in table.columns]
        save_tex(headings, rows_as_text(table), table.caption, out / "tables" / f"{table.name}.tex")
    archive.write(results, out / "data", source, address)
    share.save(results, out / "figures" / "share.png")
    figures = save_all(results, out)
    site = Site(results, all_tables, figures, environment(), out, source, address, compare, missing)
    index.write(site)
    tracks.write(site)
    entry_list.write(site)
    entries.write(site)
    claims.write(site)
    machines.write(site)
    runs.write(site)
    methods.write(site)
    data.write(site)
    provenance.write(site)
