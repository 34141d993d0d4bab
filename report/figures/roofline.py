"""The roofline of each machine: operations for each byte against operations per second, by entry."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.records import clip
from report import style
from report.drawings.labels import Name, left_out, place
from report.formats import number, rate, several
from report.grouping import GROUP_KEY
from report.results import Results
from report.style import Drawn, Point

#: Machines that are drawn, and inches of one machine's panel.
MOST, HEIGHT = 4, 4.2
#: The part of the width that is written on at the end of a roof.
LABEL = 0.28
#: What the table of the figure calls its columns.
NAMES = {
    "intensity": "FLOP/B",
    "flops": "FLOP/s",
    "roof": "roof, FLOP/s",
    "share": "% of the roof",
    "bound": "bound by",
}


def points(results: Results) -> pd.DataFrame:
    """The rows of `Results.roofline` that stand for their entries and have both coordinates.

    `share` is what they reach of their roof, in %.
    """
    frame = results.roofline.dropna(subset=["flops", "intensity"])
    chosen = set(results.representatives[GROUP_KEY].itertuples(index=False, name=None))
    keys = frame[GROUP_KEY].itertuples(index=False, name=None)
    # An array: an empty list would choose no columns instead of no rows.
    frame = frame[np.array([key in chosen for key in keys], dtype=bool)]
    frame = results.in_order(frame) if len(frame) else frame
    return frame.assign(share=100 * frame["flops"].astype(float) / frame["roof"].astype(float))


def draw(results: Results) -> list[Drawn]:
    """One panel for each machine."""
    from matplotlib.figure import Figure

    frame = points(results)
    if frame.empty:
        return []
    machines = [letter for letter in results.machines["machine"] if letter in set(frame["machine"])]
    shown = machines[:MOST]
    top = 0.35
    tall = top + HEIGHT * len(shown)
    figure = Figure(figsize=(style.WIDTH, tall))
    limits = _limits(frame[frame["machine"].isin(shown)])
    explained: list[Point] = []
    unnamed = 0
    for i, machine in enumerate(shown):
        bottom = tall - top - HEIGHT * (i + 1) + 0.5
        axes = figure.add_axes(
            (0.62 / style.WIDTH, bottom / tall, 1 - 0.75 / style.WIDTH, (HEIGHT - 0.75) / tall)
        )
        own = frame[frame["machine"] == machine]
        if len(machines) > 1:
            axes.set_title(f"machine {machine}", loc="left", fontweight="bold", pad=3)
        unnamed += _panel(results, figure, axes, own, limits)
        explained += [_explained(results, figure, axes, row) for row in own.to_dict("records")]
    style.legend(
        figure.axes[0],
        style.family_handles(list(frame["family"].unique())),
        columns=5,
        y=1.0 if len(machines) == 1 else 1.045,
    )
    finding = f"Roofline: {_finding(results, frame)}"
    cut = f" {len(machines) - MOST} more machines are in the table." if len(machines) > MOST else ""
    caption = (
        f"{finding} Operations for each byte of a learning step, against operations per second; the "
        "recipe that stands for each entry. Lines: the roof, which is the lower of the measured matrix "
        "product and of what the measured bandwidth of memory feeds. The bytes are those of products, "
        "convolutions, look-ups and updates of variables; everything else is left out, as if fused into "
        "them. They count as if no cache kept anything: a small net, whose weights stay in the caches, may "
        "stand above the sloping roof."
        f"{_missing(results, frame)}{left_out(unnamed)}{cut}"
    )
    columns = ["entry", "recipe", "tier", "machine", "family", "precision", "threads", *NAMES]
    return [
        Drawn("roofline", figure, caption, finding, frame[columns].rename(columns=NAMES), tuple(explained))
    ]


def _limits(frame: pd.DataFrame) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends of both axes, which hold all points and the ridges of all roofs."""
    across = pd.concat([frame["intensity"], frame["ceiling"] / frame["bandwidth"]]).dropna().astype(float)
    up = pd.concat([frame["flops"], frame["ceiling"]]).dropna().astype(float)
    return (across.min() / 3, across.max() * 3), (up.min() / 3, up.max() * 3)


def _panel(
    results: Results,
    figure: Any,
    axes: Any,
    frame: pd.DataFrame,
    limits: tuple[tuple[float, float], tuple[float, float]],
) -> int:
    """Draws one machine's roofs and points. Returns how many names found no room."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(*limits[0])
    axes.set_ylim(*limits[1])
    roofs = frame.dropna(subset=["roof"]).drop_duplicates(["ceiling", "bandwidth"])
    line: list[tuple[float, float]] = []
    for row in roofs.to_dict("records"):
        ridge = row["ceiling"] / row["bandwidth"]
        line = [
            (limits[0][0], limits[0][0] * row["bandwidth"]),
            (ridge, row["ceiling"]),
            (limits[0][1], row["ceiling"]),
        ]
        axes.plot(*zip(*line, strict=True), color=style.INK, linewidth=1.1, zorder=1)
        axes.annotate(
            f"{rate(row['ceiling'], 'FLOP/s')}, {_kind(row)}",
            line[-1],
            xytext=(-2, 2),
            textcoords="offset points",
            ha="right",
            fontsize=7.5,
        )
    for family, rows in frame.groupby("family", sort=True):
        axes.scatter(
            rows["intensity"],
            rows["flops"],
            s=34,
            color=style.colour(str(family)),
            marker=style.marker(str(family)),
            linewidth=0,
            alpha=0.9,
            zorder=3,
        )
    axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 1)))
    axes.xaxis.set_minor_locator(NullLocator())
    style.powers(axes.yaxis)
    axes.set_xlabel("operations for each byte (FLOP/B)")
    axes.set_ylabel("operations per second (FLOP/s)")
    names = [
        Name(clip(results.entries[row["entry"]]["name"], 40), row["intensity"], row["flops"])
        for row in frame.to_dict("records")
    ]
    # Names keep clear of what is written on the roofs.
    start, end = limits[0]
    written = [
        (end * (start / end) ** share, 1.25 * ceiling)
        for ceiling in roofs["ceiling"]
        for share in np.linspace(0, LABEL, 20)
    ]
    return len(names) - place(figure, axes, names, written, [line])


def _kind(row: dict[Any, Any]) -> str:
    """The precision of products and the threads to which a roof belongs."""
    products = row["matmul_precision"] or row["precision"].split(",")[0]
    return f"{products}, {several(row['threads'], 'thread')}"


def _explained(results: Results, figure: Any, axes: Any, row: dict[Any, Any]) -> Point:
    """What a page says of one point."""
    text = (
        f"{clip(results.entries[row['entry']]['name'], 60)}: {rate(row['flops'], 'FLOP/s')} "
        f"at {number(row['intensity'])} FLOP/B"
    )
    if not pd.isna(row["share"]):
        text += f", {number(row['share'])}% of the roof, which is that of {row['bound']}"
    return style.point(figure, axes, row["intensity"], row["flops"], text, row["entry"])


def _finding(results: Results, frame: pd.DataFrame) -> str:
    """In words, how many points the memory bounds, and what they reach of their roof."""
    where = f" on {several(frame['machine'].nunique(), 'machine')}" if len(results.machines) > 1 else ""
    under = frame.dropna(subset=["roof"])
    if under.empty:
        return f"{several(len(frame), 'entry')}{where}; the ceilings of no machine were measured."
    best = max(under.to_dict("records"), key=lambda row: row["share"])
    fed = int((under["bound"] == "memory").sum())
    return (
        f"of {several(len(under), 'point')}{where}, memory bounds {fed} and the matrix product "
        f"{len(under) - fed}; the median reaches {number(under['share'].median())}% of its roof, the highest "
        f"{number(best['share'])}% ({clip(results.entries[best['entry']]['name'], 40)})."
    )


def _missing(results: Results, frame: pd.DataFrame) -> str:
    """A sentence on entries without a point; empty if there are none."""
    missing = len(results.entries) - frame["entry"].nunique()
    if not missing:
        return ""
    return (
        f" Not drawn: {missing} of {several(len(results.entries), 'entry')}, whose steps are not timed, or "
        "not counted (the host drives them, a loop ends by data, or an older version of this suite ran them)."
    )
