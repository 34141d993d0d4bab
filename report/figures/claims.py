"""Claimed against reproduced: every seed, our number of the printed one's kind and its interval, relative to the claim."""

import math
from typing import Any

import pandas as pd

from report import statistics, style
from report.results import Results
from report.style import Drawn
from report.text import listed, measure, several
from report.verdicts import VERDICTS

MOST = 60


def draw(results: Results) -> list[Drawn]:
    claims = results.claims
    # a median that is null is that of runs most of which never got there
    shown = claims[
        (claims["verdict"] != "not comparable") & (claims["claimed"] != 0) & claims["median"].notna()
    ].reset_index(drop=True)
    if shown.empty:
        return []
    pages = [shown.iloc[i : i + MOST].reset_index(drop=True) for i in range(0, len(shown), MOST)]
    return [
        _page(page, i, len(pages), results.machines["machine"].nunique() > 1)
        for i, page in enumerate(pages, 1)
    ]


def _gain(row: dict[Any, Any], value: float) -> float:
    """How much better than the claim, in % of it; negative is worse, as is any difference from what is to be equal."""
    gain = float(value - row["claimed"]) / abs(row["claimed"]) * 100
    if row["direction"] == "equal":
        return -abs(gain)
    return -gain if row["direction"] == "lower" else gain


def _ticks(limit: float) -> list[float]:
    """The ticks of one side of the axis, in %. Beyond 1,000% there is room for the label of every second decade."""
    decades = math.floor(math.log10(limit))
    return [10.0, *(10.0**k for k in range(decades, 1, -1 if decades <= 3 else -2))]


def _page(shown: pd.DataFrame, page: int, pages: int, machines: bool) -> Drawn:
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    figure, axes = style.rows_figure(len(shown), left=3.3)
    axes.set_xscale("symlog", linthresh=10, linscale=1.2)
    labels, data, worst, best = [], [], -20.0, 20.0
    for i, row in enumerate(shown.to_dict("records")):
        seeds = [_gain(row, value) for value in row["values"] if value is not None and math.isfinite(value)]
        middle = _gain(row, row["ours"])  # nan, and not drawn, where it is infinite
        colour = style.VERDICT_COLOURS[row["verdict"]]
        worst, best = min(worst, *seeds, middle), max(best, *seeds, middle)
        slack = min(row["tolerance"] / abs(row["claimed"]) * 100, 1e6)
        axes.fill_betweenx([i - 0.36, i + 0.36], -slack, slack, color=style.WASH, linewidth=0, zorder=0)
        if not pd.isna(row["low"]) and not pd.isna(row["high"]):
            ends, width = (
                [_gain(row, row["low"]), _gain(row, row["high"])],
                2.2 if row["n"] >= statistics.FEWEST else 0.8,
            )
            axes.plot(
                ends, [i, i], color=colour, linewidth=width, alpha=0.55, solid_capstyle="butt", zorder=2
            )
        axes.scatter(
            seeds, [i] * len(seeds), s=13, facecolors="none", edgecolors=colour, linewidths=0.9, zorder=3
        )
        axes.scatter([middle], [i], s=40, color=colour, marker=style.marker(row["family"]), zorder=4)
        where = f"{row['dataset']}{'-' + row['variant'] if row['variant'] else ''}"
        labels.append(
            style.row_name(
                row["name"],
                f"{where}, {measure(row['metric'])}" + (f" ({row['machine']})" if machines else ""),
                46,
            )
        )
        data += [
            {
                "entry": row["entry"],
                "data set": row["dataset"],
                "variant": row["variant"],
                "measure": row["metric"],
                "unit": row["unit"],
                "claimed": row["claimed"],
                "seed's value": value,
                "ours": row["ours"],
                "better than claimed, %": _gain(row, row["ours"]),
                "verdict": row["verdict"],
                "machine": row["machine"],
            }
            for value in row["values"]
        ]
    axes.axvline(0, color=style.INK, linewidth=0.9, zorder=1)
    left, right = (1.5 * min(reach, 1e6) for reach in (-worst, best))
    axes.set_xlim(-left, right)
    axes.xaxis.set_major_locator(FixedLocator([0, *(-tick for tick in _ticks(left)), *_ticks(right)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(
        FuncFormatter(
            lambda value, _: "claimed" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,.0f}%"
        )
    )
    axes.set_xlabel("← worse\u2003\u2003relative to the claim\u2003\u2003better →")
    style.row_labels(axes, labels)
    handles = [
        Line2D([], [], linestyle="", marker="o", color=style.VERDICT_COLOURS[v], label=v, markersize=6)
        for v in VERDICTS
        if v in set(shown["verdict"])
    ]
    handles.append(
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            markerfacecolor="none",
            color=style.INK,
            markersize=4,
            label="one seed",
        )
    )
    style.legend(axes, handles, columns=5, y=1.0)
    counts = shown["verdict"].value_counts()
    said = listed([f"{counts[v]} {v}" for v in VERDICTS if v in counts])
    part = f" (part {page} of {pages})" if pages > 1 else ""
    caption = f"Claimed against reproduced{part}: of {several(len(shown), 'comparison')} with a published number, {said}."
    more = (
        " Large marks: ours, of the kind that is printed; small circles: every seed; bars: 95% intervals, "
        f"thin lines: the range where there are fewer than {statistics.FEWEST} runs; grey band: the claim's tolerance."
        " Claims of exactly 0 have no relative scale, and those that most runs never reached no number: they stand in the table alone."
    )
    return Drawn(
        f"claims_{page}" if pages > 1 else "claims", figure, caption + more, caption, pd.DataFrame(data)
    )
