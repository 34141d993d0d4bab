"""The figures of all pages: drawn, saved, and put into a page as far as it has room for them."""

import importlib
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from report import style
from report.results import Results
from report.site.data_tables import plain_table
from report.site.inline_svg import inline
from report.style import Drawn
from report.tables.files import save_csv

#: the modules of `report.figures`
FIGURES = (
    *("tracks", "parameters_by_year", "data_by_year", "compute_by_year", "claims", "depth"),
    *("time_then_and_now", "clocks", "throughput", "roofline", "batch_sizes", "speed_ups", "machines"),
)
#: The data of a figure is shown below it if it has at most this many rows.
MOST_DATA_ROWS = 160
#: bytes of all drawings on one page, and of one drawing; the rest is in figures/
DRAWN_BYTES = 900_000
DRAWN_BYTES_OF_ONE = 300_000


@dataclass(frozen=True)
class Saved:
    """A figure that has been saved in figures/, and the text of its SVG."""

    drawn: Drawn
    svg: str


@dataclass(frozen=True)
class Shown:
    """A figure as a page shows it: `svg` and `rows` are None if there is no room for them."""

    name: str
    no: int
    svg: Markup | None
    caption: str
    rows: Markup | None


def save_all(results: Results, out: Path) -> dict[str, list[Saved]]:
    """Draws and saves the figures of all modules, and their data; module -> its figures, perhaps none."""
    saved: dict[str, list[Saved]] = {}
    for name in FIGURES:
        with style.theme():
            drawn = importlib.import_module(f"report.figures.{name}").draw(results)
            saved[name] = [Saved(figure, style.save(figure, out / "figures")) for figure in drawn]
        for figure in drawn:
            save_csv(figure.data, out / "tables" / f"figure_{figure.name}.csv")
    return saved


def show(figure: Saved, no: int, room: int, root: str) -> Shown:
    """The figure as number `no` of a page that has room for so many bytes."""
    drawn = figure.drawn
    svg = inline(figure.svg, f"f{no}", drawn.alt, drawn.points, root)
    if len(svg) > min(room, DRAWN_BYTES_OF_ONE):
        return Shown(drawn.name, no, None, drawn.caption, None)
    return Shown(drawn.name, no, svg, drawn.caption, _data(drawn))


def _data(figure: Drawn) -> Markup | None:
    """The data of a figure, without the values of single seeds; None if there are too many rows."""
    if len(figure.data) > MOST_DATA_ROWS:
        return None
    return plain_table(figure.data.drop(columns=["seed's value"], errors="ignore").drop_duplicates())
