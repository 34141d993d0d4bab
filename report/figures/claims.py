"""Claimed against reproduced: every seed, and our number of the printed one's kind, relative to the claim."""

import math
from typing import Any

import pandas as pd

from benchmarks.records import in_words
from report import statistics, style
from report.formats import listed, several
from report.results import Results
from report.style import Drawn
from report.verdicts import VERDICTS

#: claims in one figure
MOST = 60
#: The axis is linear up to this many %, logarithmic beyond.
LINEAR = 10
#: The axis ends here, in %.
FURTHEST = 1e6

Row = dict[Any, Any]


def draw(results: Results) -> list[Drawn]:
    """The claims that can be compared with a run, each by the answer that counts, in figures of `MOST`."""
    claims = results.settled_claims
    # The median is null if half of the runs or more never reached the criterion.
    drawable = (claims["verdict"] != "not comparable") & (claims["claimed"] != 0) & claims["median"].notna()
    shown = claims[drawable].reset_index(drop=True)
    parts = [shown.iloc[i : i + MOST].reset_index(drop=True) for i in range(0, len(shown), MOST)]
    many_machines = results.machines["machine"].nunique() > 1
    return [_part(part, i, len(parts), many_machines) for i, part in enumerate(parts, 1)]


def gain(row: Row, value: float) -> float:
    """How much better than the claim a value is, in % of the claim; negative is worse.

    For a two-sided claim any difference is worse.
    """
    difference = float(value - row["claimed"]) / abs(row["claimed"]) * 100
    if row["direction"] == "equal":
        return -abs(difference)
    return -difference if row["direction"] == "lower" else difference


def interval(row: Row) -> tuple[float, float] | None:
    """The ends of the row's interval or range as gains; None if it has none."""
    if math.isnan(row["low"]) or math.isnan(row["high"]):
        return None
    worst, best = sorted((gain(row, row["low"]), gain(row, row["high"])))
    if row["direction"] == "equal" and row["low"] <= row["claimed"] <= row["high"]:
        best = 0.0  # the interval holds the claim, although both of its ends differ from it
    return worst, best


def _part(shown: pd.DataFrame, part: int, parts: int, many_machines: bool) -> Drawn:
    """One figure."""
    figure, axes = style.rows_figure(len(shown), left=style.LABELS, height=style.TWO_LINES)
    axes.set_xscale("symlog", linthresh=LINEAR, linscale=1.2)
    rows = shown.to_dict("records")
    worst, best = -20.0, 20.0
    for i, row in enumerate(rows):
        gains = _draw_row(axes, i, row)
        worst, best = min(worst, *gains), max(best, *gains)
    axes.axvline(0, color=style.INK, linewidth=0.9, zorder=1)
    _axis(axes, min(-worst, FURTHEST), min(best, FURTHEST))
    style.row_labels(axes, [_label(row, many_machines) for row in rows])
    counts = shown["verdict"].value_counts()
    verdicts = [verdict for verdict in VERDICTS if verdict in counts]
    _legend(axes, verdicts)
    part_of = f" (part {part} of {parts})" if parts > 1 else ""
    outcome = listed([f"{counts[verdict]} {verdict}" for verdict in verdicts])
    finding = (
        f"Claimed against reproduced{part_of}: {several(len(shown), 'published number')} beside ours: "
        f"{outcome}."
    )
    either_side = " Two-sided claims have all differences on the left."
    seeds = "every seed" if shown["n"].max() <= style.MOST_POINTS else f"up to {style.MOST_POINTS} seeds"
    caption = (
        f"{finding} Large marks: our number of the kind that is printed; small circles: {seeds}; bars: "
        "95% "
        f"intervals, or thin lines for the range if there are fewer than {statistics.FEWEST} runs; grey "
        "band: the tolerance of the claim. Each claim is answered once: by the present recipe, in the "
        "fullest tier, by the most runs. Not drawn: claims of exactly 0, which have no relative scale, and "
        "claims that most runs never reached; the table has them."
        f"{either_side if (shown['direction'] == 'equal').any() else ''}"
    )
    name = f"claims_{part}" if parts > 1 else "claims"
    return Drawn(name, figure, caption, finding, pd.DataFrame(_data(rows)))


def _draw_row(axes: Any, i: int, row: Row) -> list[float]:
    """Draws one claim and returns the gains that must fit on the axis."""
    seeds = style.thinned(
        [gain(row, value) for value in row["values"] if value is not None and math.isfinite(value)]
    )
    ours = gain(row, row["ours"])  # nan, and not drawn, if it is infinite
    colour = style.VERDICT_COLOURS[row["verdict"]]
    tolerance = min(row["tolerance"] / abs(row["claimed"]) * 100, FURTHEST)
    axes.fill_betweenx([i - 0.36, i + 0.36], -tolerance, tolerance, color=style.WASH, linewidth=0, zorder=0)
    if ends := interval(row):
        width = 2.2 if row["n"] >= statistics.FEWEST else 0.8
        axes.plot(ends, [i, i], color=colour, linewidth=width, alpha=0.55, solid_capstyle="butt", zorder=2)
    axes.scatter(
        seeds, [i] * len(seeds), s=13, facecolors="none", edgecolors=colour, linewidths=0.9, zorder=3
    )
    axes.scatter([ours], [i], s=40, color=colour, marker=style.marker(row["family"]), zorder=4)
    return [*seeds, ours]


def _label(row: Row, many_machines: bool) -> str:
    recipe = f"{row['dataset']}{'-' + row['variant'] if row['variant'] else ''}"
    machine = f" ({row['machine']})" if many_machines else ""
    return style.two_lines(row["name"], f"{recipe}, {in_words(row['metric'])}{machine}")


def _axis(axes: Any, worst: float, best: float) -> None:
    """The axis from `worst` % worse to `best` % better, with some room."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    left, right = 1.5 * worst, 1.5 * best
    axes.set_xlim(-left, right)
    axes.xaxis.set_major_locator(FixedLocator([0, *(-tick for tick in _ticks(left)), *_ticks(right)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(
        FuncFormatter(
            lambda value, _: "claimed" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,.0f}%"
        )
    )
    axes.set_xlabel("← worse\u2003\u2003relative to the claim\u2003\u2003better →")


def _ticks(limit: float) -> list[float]:
    """The ticks of one side of the axis, in %. Beyond 1,000% every second decade has a label."""
    decades = math.floor(math.log10(limit))
    return [10.0, *(10.0**k for k in range(decades, 1, -1 if decades <= 3 else -2))]


def _legend(axes: Any, verdicts: list[str]) -> None:
    from matplotlib.lines import Line2D

    def handle(label: str, **looks: Any) -> Line2D:
        return Line2D([], [], linestyle="", marker="o", label=label, **looks)

    handles = [handle(verdict, color=style.VERDICT_COLOURS[verdict], markersize=6) for verdict in verdicts]
    handles.append(handle("one seed", markerfacecolor="none", color=style.INK, markersize=4))
    style.legend(axes, handles, columns=5, y=1.0)


def _data(rows: list[Row]) -> list[dict[str, Any]]:
    """The data of the figure: one row per claim and seed."""
    return [
        {
            "entry": row["entry"],
            "data set": row["dataset"],
            "variant": row["variant"],
            "measure": row["metric"],
            "unit": row["unit"],
            "claimed": row["claimed"],
            "seed's value": value,
            "ours": row["ours"],
            "better than claimed, %": gain(row, row["ours"]),
            "verdict": row["verdict"],
            "machine": row["machine"],
        }
        for row in rows
        for value in row["values"]
    ]
