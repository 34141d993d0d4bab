"""Machines against each other: the ratio of throughputs, recipe by recipe."""

import math

import pandas as pd

from report import comparisons, statistics, style
from report.results import Results
from report.style import DARK2, Drawn
from report.text import number

MOST = 60


def draw(results: Results) -> list[Drawn]:
    from matplotlib.lines import Line2D
    from matplotlib.ticker import NullLocator

    found = comparisons.throughput(results)
    found = found[[isinstance(value, float) and math.isfinite(value) and value > 0 for value in found["ratio"]]] if len(found) else found
    if found.empty:
        return []
    # where there are very many recipes: those with the largest ratios either way, the table has all
    order = found["ratio"].map(lambda value: abs(math.log(value))).sort_values(ascending=False, kind="stable").index[:MOST]
    found = found.loc[sorted(order)].reset_index(drop=True)
    figure, axes = style.rows_figure(len(found), left=3.0, height=0.24)
    axes.set_xscale("log")
    pairs = list(dict.fromkeys(found["machines"]))
    colours = {pair: DARK2[i % len(DARK2)] for i, pair in enumerate(pairs)}
    for i, row in enumerate(found.to_dict("records")):
        enough = row["finding"] != statistics.NOT_ENOUGH
        colour = colours[row["machines"]]
        if row["low"] is not None and not pd.isna(row["low"]):
            axes.plot([row["low"], row["high"]], [i, i], color=colour, linewidth=2.2 if enough else 0.8, alpha=0.55, solid_capstyle="butt")
        axes.scatter(row["ratio"], i, s=34, color=colour if enough else "none", edgecolors=colour, zorder=3)
    axes.axvline(1, color=style.INK, linewidth=0.9)
    low, high = min(found["ratio"].min(), 0.8), max(found["ratio"].max(), 1.25)
    axes.set_xlim(low / 1.5, high * 1.5)
    ticks = [tick for tick in (0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 100, 1000, 10000) if low / 1.5 <= tick <= high * 1.5]
    axes.set_xticks(ticks, [f"{tick:g}×" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("ratio of median throughputs")
    style.row_labels(
        axes, [style.row_name(results.entries[row["entry"]]["name"], f"{row['recipe']}, {row['tier']}", 42) for row in found.to_dict("records")]
    )
    style.legend(axes, [Line2D([], [], linestyle="", marker="o", color=colours[pair], markersize=6, label=pair) for pair in pairs[:8]])
    middle = found["ratio"].median()
    first = found["machines"].value_counts().index[0]
    caption = (
        f"Machines compared: over {len(found)} recipes the median ratio of throughputs ({first}) is {number(middle)}; "
        f"from {number(found['ratio'].min())} to {number(found['ratio'].max())}."
    )
    more = " Bars: exact intervals of at least 95%, over executions; open marks and thin lines: not enough runs for one, and the range."
    return [Drawn("machines", figure, caption + more, caption, found)]
