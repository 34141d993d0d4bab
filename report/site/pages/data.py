"""data.html: the data sets with who uses them, and everything that can be downloaded."""

from pathlib import Path
from typing import Any

from benchmarks.records import clip
from report.addresses import dataset_anchor
from report.formats import size
from report.results import Results
from report.site.site import Site

#: a file to download: its address, what it is called, its size
File = tuple[str, str, str]


def write(site: Site) -> None:
    """Writes data.html. The tables, figures and the archive that it links to are there already."""
    site.write(
        "data.html",
        "data.html",
        datasets=datasets(site.results),
        archive=[_file(path, path.name, site.out) for path in sorted((site.out / "data").glob("*"))],
        table_files=[
            (
                name,
                _first_sentence(table.caption),
                len(table.frame),
                [_file(site.out / "tables" / f"{name}.{kind}", kind, site.out) for kind in ("csv", "tex")],
            )
            for name, table in site.tables.items()
        ],
        figure_files=[
            (_first_sentence(saved.drawn.caption), _figure_files(site.out, saved.drawn.name))
            for module in site.figures.values()
            for saved in module
        ],
    )


def datasets(results: Results) -> list[dict[str, Any]]:
    """The data sets, each with its anchor and the cards of the entries that use it, by year."""
    users: dict[str, set[str]] = {}
    for dataset, entry in results.runs[["dataset", "entry"]].drop_duplicates().itertuples(index=False):
        users.setdefault(str(dataset), set()).add(str(entry))
    return [
        {
            **card,
            "anchor": dataset_anchor(id),
            "users": [results.entries[entry] for entry in results.entries if entry in users.get(id, ())],
        }
        for id, card in results.datasets.items()
    ]


def _figure_files(out: Path, name: str) -> list[File]:
    drawings = [_file(out / "figures" / f"{name}.{kind}", kind, out) for kind in ("svg", "pdf", "png")]
    return [*drawings, _file(out / "tables" / f"figure_{name}.csv", "csv", out)]


def _file(path: Path, label: str, out: Path) -> File:
    return (
        path.relative_to(out).as_posix(),
        label.upper() if len(label) < 4 else label,
        size(path.stat().st_size),
    )


def _first_sentence(text: str) -> str:
    """The first sentence of a caption: a full stop, and then a capital."""
    first, _, rest = text.partition(". ")
    while rest and not (rest[0].isupper() or rest[0] == "“"):
        more, _, rest = rest.partition(". ")
        first += ". " + more
    return clip(first.rstrip("."), 220)
