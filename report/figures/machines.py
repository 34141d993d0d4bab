"""Machines compared: the ratio of throughputs, question by question; of very many questions, pair by pair."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.records import clip
from report import statistics, style
from report.formats import number, several
from report.results import Results
from report.style import DARK2, Drawn

#: rows of one figure; twice as many questions are drawn one by one
MOST = 60
TICKS = (1e-4, 0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 100, 1000, 1e4)


def draw(results: Results) -> list[Drawn]:
    """The ratios of all questions that two machines answered."""
    ratios = results.compared.speed
    ratios = (
        ratios[np.isfinite(ratios["ratio"].astype(float)) & (ratios["ratio"] > 0)].reset_index(drop=True)
        if len(ratios)
        else ratios
    )
    if ratios.empty:
        return []
    if len(ratios) > 2 * MOST:
        return [_by_pair(results, ratios)]
    pages = [ratios.iloc[i : i + MOST].reset_index(drop=True) for i in range(0, len(ratios), MOST)]
    return [_by_question(results, ratios, page, i, len(pages)) for i, page in enumerate(pages, 1)]


def _finding(results: Results, ratios: pd.DataFrame) -> str:
    """Of what the ratios are, and the least and the greatest, whichever of them a figure shows."""
    pairs = list(ratios["machines"].unique())
    named = f"over {several(len(pairs), 'pair')} of machines" if len(pairs) > 1 else f"machines {pairs[0]}"
    ordered = ratios.sort_values("ratio", kind="stable").to_dict("records")
    least, greatest = (
        f"{number(row['ratio'])} ({clip(results.entries[row['entry']]['name'], 40)}"
        f"{', ' + row['machines'] if len(pairs) > 1 else ''})"
        for row in (ordered[0], ordered[-1])
    )
    return (
        f"Machines compared, question by question: {several(len(ratios), 'ratio')} of throughputs, {named}, "
        f"the first over the second, from {least} to {greatest}."
    )


def ratio_axis(axes: Any, values: "pd.Series[float]") -> None:
    """A logarithmic axis of ratios around 1, which has a line."""
    from matplotlib.ticker import NullLocator

    axes.set_xscale("log")
    axes.axvline(1, color=style.INK, linewidth=0.9, zorder=1)
    low, high = max(min(values.min(), 0.8) / 1.5, 1e-5), min(max(values.max(), 1.25) * 1.5, 1e5)
    axes.set_xlim(low, high)
    ticks = [tick for tick in TICKS if low <= tick <= high]
    ticks = [tick for tick in ticks if high / low < 1000 or tick not in (0.5, 2, 5)]
    axes.set_xticks(ticks, [f"{tick:g}×" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("ratio of median throughputs")


def _by_question(results: Results, ratios: pd.DataFrame, shown: pd.DataFrame, page: int, pages: int) -> Drawn:
    from matplotlib.lines import Line2D

    figure, axes = style.rows_figure(len(shown), left=style.LABELS, height=style.TWO_LINES)
    pairs = list(ratios["machines"].unique())
    colours = {pair: DARK2[i % len(DARK2)] for i, pair in enumerate(pairs)}
    for i, row in enumerate(shown.to_dict("records")):
        enough, colour = row["finding"] != statistics.NOT_ENOUGH, colours[row["machines"]]
        if row["low"] is not None and not pd.isna(row["low"]):
            axes.plot(
                [row["low"], row["high"]],
                [i, i],
                color=colour,
                linewidth=2.2 if enough else 0.8,
                alpha=0.55,
                solid_capstyle="butt",
            )
        axes.scatter(row["ratio"], i, s=34, color=colour if enough else "none", edgecolors=colour, zorder=3)
    ratio_axis(axes, ratios["ratio"])
    varying = [name for name in ("threads", "devices") if ratios[name].nunique() > 1]
    rest = [
        f"{row['recipe']}, {row['tier']}" + "".join(f", {row[name]} {name}" for name in varying)
        for row in shown.to_dict("records")
    ]
    style.row_labels(
        axes,
        [
            style.two_lines(results.entries[id]["name"], recipe)
            for id, recipe in zip(shown["entry"], rest, strict=True)
        ],
    )
    style.legend(
        axes,
        [
            Line2D([], [], linestyle="", marker="o", color=colours[pair], markersize=6, label=pair)
            for pair in pairs[:8]
        ],
        columns=8,
        x=-0.4 if len(pairs) > 4 else 0.0,
    )
    part = f" Part {page} of {pages}: {len(shown)} of them." if pages > 1 else ""
    caption = _finding(results, ratios)
    more = (
        f"{part} Bars: exact intervals of at least 95%, over executions; open marks and thin lines: the "
        "range, where there are too few executions."
    )
    name = f"machines_{page}" if pages > 1 else "machines"
    return Drawn(name, figure, caption + more, caption, shown)


def _by_pair(results: Results, ratios: pd.DataFrame) -> Drawn:
    pairs = list(ratios["machines"].unique())
    kept = pairs[:MOST]
    figure, axes = style.rows_figure(len(kept), left=1.2, height=0.24)
    shown = ratios[ratios["machines"].isin(kept)]
    # Lines, not points: thousands of marks would make the page heavy.
    spread = (
        shown.groupby("machines", sort=False)["ratio"]
        .quantile(np.array([0, 0.25, 0.5, 0.75, 1]))
        .unstack()
        .loc[kept]
    )
    axes.hlines(range(len(kept)), spread[0], spread[1], color=DARK2[0], linewidth=0.9, zorder=3)
    axes.hlines(
        range(len(kept)), spread[0.25], spread[0.75], color=DARK2[0], linewidth=4, alpha=0.55, zorder=4
    )
    axes.scatter(spread[0.5], range(len(kept)), s=30, marker="D", color=DARK2[0], zorder=5)
    ratio_axis(axes, ratios["ratio"])
    style.row_labels(axes, kept)
    left = (
        f" The first {len(kept)} of {len(pairs)} pairs are drawn; the table has all of them."
        if len(kept) < len(pairs)
        else ""
    )
    caption = _finding(results, ratios)
    more = (
        f"{left} One row per pair of machines; diamonds: the median of its ratios; bars: the middle half; "
        "thin lines: all ratios."
    )
    data = spread.set_axis(
        ["least", "lower quartile", "median", "upper quartile", "greatest"], axis=1
    ).reset_index()
    return Drawn("machines", figure, caption + more, caption, data)
