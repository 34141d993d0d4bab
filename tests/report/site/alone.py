"""The pages of entries and of provenance alone: a whole report takes many times as long."""

from pathlib import Path

from report.results import Results
from report.site.environment import environment
from report.site.pages import entries, provenance
from report.site.site import Site
from report.tables.entries import entries as entries_table


def build(results: Results, out: Path, source: str = "") -> Path:
    """Writes entries.html, provenance.html and the pages of both; returns the folder."""
    for name in ("entries", "provenance"):
        (out / name).mkdir(parents=True, exist_ok=True)
    site = Site(results, {"entries": entries_table(results)}, {}, environment(), out, source)
    entries.write(site)
    provenance.write(site)
    return out


def read(folder: Path, entry: str, of: str = "entries") -> str:
    """The page of an entry."""
    return (folder / of / f"{entry}.html").read_text(encoding="utf-8")
