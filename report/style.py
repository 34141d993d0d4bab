"""How figures look: one style, a colour and marker per family, and three file formats."""

import io
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.records import clip
from benchmarks.spec import FAMILIES
from report.formats import number, power

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Near-black and greys that stand for roles: the page replaces them by its own colours (see
# site/inline_svg.py).
INK = "#1b1b1c"
FAINT = "#d9d8d7"
WASH = "#f1f0ee"
#: seaborn's "Dark2" without its yellow: 3:1 on white and on dark
DARK2 = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#a6761d", "#666666")
#: family -> index into `DARK2`, in the catalogue's order
FAMILY_COLOURS = {
    "classical": 6,
    "threshold": 5,
    "feedforward": 0,
    "convolutional": 1,
    "recurrent": 2,
    "attention": 3,
    "energy": 4,
    "autoencoder": 0,
    "generative": 1,
    "reinforcement": 2,
}
_MARKERS = dict(zip(FAMILIES, ("X", "s", "o", "^", "D", "*", "v", "p", "P", "h"), strict=True))
#: colours of the clocks, in their order
CLOCK_COLOURS = {
    "import": "#666666",
    "data": "#a6761d",
    "compile": "#7570b3",
    "train": "#1b9e77",
    "evaluate": "#d95f02",
    "sample": "#66a61e",
    "checkpoint": "#e7298a",
}
#: verdict -> its colour
VERDICT_COLOURS = {
    "reproduced": "#1b9e77",
    "exceeded": "#7570b3",
    "missed": "#d95f02",
    "partial": "#a6761d",
    "not comparable": "#666666",
}
#: width of figures in inches: the page's figure column at 96 dots per inch
WIDTH = 7.4
#: An axis is logarithmic if the largest value is more than this many times the smallest.
WIDE = 6
#: An axis has at least so many ticks.
FEWEST_TICKS = 3
#: rows of one figure: a PNG taller than 65,536 pixels cannot be drawn
MOST_ROWS = 300
#: height of a row whose label has two lines, and width of such labels, in inches
TWO_LINES = 0.31
LABELS = 2.85
#: runs that are drawn of one row: thousands of marks would make a page heavy
MOST_POINTS = 12


def colour(family: str) -> str:
    """The colour of a family."""
    return DARK2[FAMILY_COLOURS.get(family, 6)]


def marker(family: str) -> str:
    """The marker of a family: families with the same colour have different markers."""
    return _MARKERS.get(family, "o")


@dataclass(frozen=True)
class Point:
    """A point of a drawing that a page says more about: in points from the upper left corner of the drawing.

    `entry` is the id of the entry whose page it leads to, empty for none.
    """

    x: float
    y: float
    text: str
    entry: str


def point(figure: "Figure", axes: "Axes", x: float, y: float, text: str, entry: str) -> Point:
    """The point at (x, y) in the data of the axes, where the saved drawing has it."""
    across, up = axes.transData.transform((x, y)) * 72 / figure.dpi
    return Point(float(across), float(figure.get_figheight() * 72 - up), text, entry)


@dataclass(frozen=True)
class Drawn:
    """One figure: its name in addresses, the drawing, its caption and alternative text, its data.

    `points` are those that a page explains on hover and focus.
    """

    name: str
    figure: "Figure"
    caption: str
    alt: str
    data: pd.DataFrame
    points: tuple[Point, ...] = ()


@contextmanager
def theme() -> Iterator[None]:
    """The style of all figures: reproducible files, text stays text, and labels are not parsed as markup."""
    import matplotlib

    matplotlib.use("Agg")
    import seaborn

    settings = {
        **seaborn.axes_style("ticks"),
        **seaborn.plotting_context("paper"),
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 9,
        "axes.labelsize": 9,
        "axes.titlesize": 9,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "legend.fontsize": 8,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.titlecolor": INK,
        "axes.linewidth": 0.7,
        "xtick.major.width": 0.7,
        "ytick.major.width": 0.7,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "grid.color": FAINT,
        "grid.linewidth": 0.6,
        "axes.grid": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "legend.frameon": False,
        "text.parse_math": False,
        "text.usetex": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "deep-learning-history",
        "pdf.fonttype": 3,
        "figure.max_open_warning": 0,
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # A name from a bundle may contain letters that the font lacks; the page still shows them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def powers(axis: Any) -> None:
    """Labels a logarithmic axis, whose limits are set, with at most seven powers of ten.

    If fewer than `FEWEST_TICKS` lie within the limits, with numbers in between.
    """
    from matplotlib.ticker import LogLocator

    low, high = axis.get_view_interval()
    ticks = _within(LogLocator(base=10, numticks=7).tick_values(low, high), low, high)
    if len(ticks) < FEWEST_TICKS:
        set_ticks(axis, round_values(low, high))
    else:
        set_ticks(axis, ticks, [power(tick) for tick in ticks])


def round_values(low: float, high: float) -> list[float]:
    """Ticks of a logarithmic axis with these limits: 1, 2, 5, 10, and closer ones if there are too few."""
    from matplotlib.ticker import MaxNLocator

    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)))
    ticks = _within([step * 10.0**decade for decade in decades for step in (1, 2, 5, 10)], low, high)
    if len(set(ticks)) < FEWEST_TICKS:
        ticks = _within(MaxNLocator(nbins=5).tick_values(low, high), low, high)
    return sorted(set(ticks))


def set_ticks(axis: Any, ticks: Sequence[float], labels: Sequence[str] | None = None) -> None:
    """These ticks and no others; without labels each has its number, as short as is exact."""
    from matplotlib.ticker import NullLocator

    axis.set_ticks(ticks, [_short(tick) for tick in ticks] if labels is None else labels)
    axis.set_minor_locator(NullLocator())


def _within(ticks: Sequence[float], low: float, high: float) -> list[float]:
    return [float(tick) for tick in ticks if low <= tick <= high]


def _short(value: float) -> str:
    """A tick's number with as few digits as tell it exactly."""
    exact = (digits for digits in range(1, 9) if math.isclose(float(f"{value:.{digits - 1}e}"), value))
    return number(value, next(exact, 9))


def keep_inside(axes: "Axes") -> None:
    """Moves the left end of the axes so far that the labels of the vertical axis lie within the figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = axes.get_figure(root=True)
    assert figure is not None
    labels = axes.yaxis.get_tightbbox(FigureCanvasAgg(figure).get_renderer())
    missing = max(0.0, 2 - labels.x0) / figure.bbox.width if labels else 0.0
    left, bottom, wide, high = axes.get_position().bounds
    axes.set_position((left + missing, bottom, wide - missing, high))


def value_axis(axes: "Axes", values: Sequence[float]) -> None:
    """A vertical axis with plain numbers, logarithmic if the values are positive and far apart."""
    from matplotlib.ticker import AutoLocator

    low, high = min(values), max(values)
    if low > 0 and high / low > WIDE:
        axes.set_yscale("log")
        axes.set_ylim(low / (high / low) ** 0.06, high * (high / low) ** 0.06)
        set_ticks(axes.yaxis, round_values(*axes.get_ylim()))
    else:
        room = (high - low) * 0.07 or abs(high) * 0.1 or 1
        axes.set_ylim(low - room, high + room)
        ticks = _within(AutoLocator().tick_values(*axes.get_ylim()), *axes.get_ylim())
        # Rounding may leave a little of a zero.
        set_ticks(axes.yaxis, [0.0 if abs(tick) < 1e-9 * (high - low) else tick for tick in ticks])


def rows_figure(
    rows: int, left: float = 2.3, height: float = 0.26, bottom: float = 0.5
) -> tuple["Figure", "Axes"]:
    """A figure with one horizontal row per item, `left` inches for labels, `bottom` for the axis."""
    from matplotlib.figure import Figure

    top = 0.3
    tall = rows * height + top + bottom
    figure = Figure(figsize=(WIDTH, tall))
    axes = figure.add_axes((left / WIDTH, bottom / tall, 1 - (left + 0.3) / WIDTH, 1 - (top + bottom) / tall))
    axes.set_ylim(rows - 0.4, -0.6)
    return figure, axes


def first_rows(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The first `MOST_ROWS` rows, and a sentence that says so if there are more."""
    if len(frame) <= MOST_ROWS:
        return frame, ""
    return (
        frame.head(MOST_ROWS),
        f" The first {MOST_ROWS:,} of {len(frame):,} are drawn; the data file has all of them.",
    )


def thinned(values: Sequence[float]) -> list[float]:
    """The values in order; of more than `MOST_POINTS` as many, evenly over their ranks, with both ends."""
    ordered = sorted(values)
    if len(ordered) <= MOST_POINTS:
        return ordered
    step = (len(ordered) - 1) / (MOST_POINTS - 1)
    return [ordered[round(i * step)] for i in range(MOST_POINTS)]


def row_labels(axes: "Axes", labels: list[str]) -> None:
    """One label per row, of one or two lines, with a hairline through the row."""
    two = any("\n" in label for label in labels)
    axes.set_yticks(range(len(labels)), labels, fontsize=7.2 if two else 8, linespacing=1.08)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.hlines(
        range(len(labels)), 0, 1, transform=axes.get_yaxis_transform(), color=FAINT, linewidth=0.6, zorder=0
    )


def row_name(name: str, rest: str, letters: int) -> str:
    """`name · rest`, cut to a row's label. The name is cut first, because the rest tells rows apart."""
    rest = clip(rest, max(12, letters - 14))
    return f"{clip(name, max(8, letters - len(rest) - 3))} · {rest}"


def two_lines(name: str, rest: str) -> str:
    """A row's label in two lines, for a figure with rows of `TWO_LINES` and `LABELS` to the left of them."""
    return f"{clip(name, 50)}\n{clip(rest, 50)}"


def legend(axes: "Axes", handles: list[Any], columns: int = 4, x: float = 0.0, y: float = 1.0) -> None:
    """A legend above the axes, its lower left corner at `x` and `y` of them."""
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(x, y),
        ncols=columns,
        borderaxespad=0.3,
        handletextpad=0.4,
        columnspacing=1.2,
        handlelength=1.4,
    )


def family_handles(families: list[str]) -> list[Any]:
    """Legend handles of the families, in the catalogue's order."""
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            linestyle="",
            marker=marker(f),
            color=colour(f),
            markersize=6,
            label=f,
        )
        for f in FAMILIES
        if f in families
    ]


def save(drawn: Drawn, folder: Path) -> str:
    """Writes NAME.svg, .pdf and .png and returns the SVG's text. The same figure gives the same bytes."""
    buffer = io.StringIO()
    drawn.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    (folder / f"{drawn.name}.svg").write_text(svg, encoding="utf-8")
    drawn.figure.savefig(
        folder / f"{drawn.name}.pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None}
    )
    drawn.figure.savefig(
        folder / f"{drawn.name}.png", dpi=150, facecolor="white", metadata={"Software": None}
    )
    return svg
