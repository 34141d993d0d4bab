"""The figures of the page: drawn, saved, numbered, and put into the page as far as there is room."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from report import style
from report.results import Results
from report.site.data_tables import plain_table
from report.site.inline_svg import inline
from report.style import Drawn
from report.tables.files import save_csv

#: the modules of `report.figures`, in the order of the page
FIGURES = (
    *("parameters_by_year", "data_by_year", "compute_by_year", "claims", "curves", "depth"),
    *("time_then_and_now", "clocks", "throughput", "machines"),
)
#: The data of a figure is shown below it if it has at most this many rows.
MOST_DATA_ROWS = 160
#: bytes of all drawings on the page, and of the parts of one figure; the rest is in figures/
DRAWN_BYTES = 400_000
DRAWN_BYTES_OF_ONE = 200_000


@dataclass(frozen=True)
class Shown:
    """A figure as the page shows it: `svg` and `rows` are None if there is no room for them."""

    name: str
    no: int
    svg: Markup | None
    caption: str
    rows: Markup | None


def figures(results: Results, out: Path, order: Sequence[str]) -> dict[str, list[Shown]]:
    """Draws all figures, saves them and their data, and numbers them in this order of `FIGURES`.

    A module of `report.figures` may draw several figures, or none.
    """
    drawn = {name: _draw(results, name, out / "figures") for name in FIGURES}
    shown: dict[str, list[Shown]] = {}
    no, room = 0, DRAWN_BYTES
    for name in order:
        shown[name] = []
        used = 0
        for figure, text in drawn[name]:
            no += 1
            save_csv(figure.data, out / "tables" / f"figure_{figure.name}.csv")
            svg = inline(text, f"f{no}", figure.alt)
            used += len(svg)
            fits = used <= DRAWN_BYTES_OF_ONE and len(svg) <= room
            room -= len(svg) if fits else 0
            rows = _data(figure) if fits and name != "curves" else None
            shown[name].append(Shown(figure.name, no, svg if fits else None, figure.caption, rows))
    return shown


def _draw(results: Results, name: str, folder: Path) -> list[tuple[Drawn, str]]:
    """The figures of one module, each with the text of its SVG."""
    with style.theme():
        figures = importlib.import_module(f"report.figures.{name}").draw(results)
        return [(figure, style.save(figure, folder)) for figure in figures]


def _data(figure: Drawn) -> Markup | None:
    """The data of a figure, without the values of single seeds; None if there are too many rows."""
    if len(figure.data) > MOST_DATA_ROWS:
        return None
    return plain_table(figure.data.drop(columns=["seed's value"], errors="ignore").drop_duplicates())
