"""Where the time went: the clocks of all runs, added up by entry."""

import numpy as np
import pandas as pd

from report import style
from report.results import CLOCKS, Results
from report.style import Drawn
from report.text import clip, duration


def totals(results: Results) -> pd.DataFrame:
    """Seconds of each clock, summed over all runs of an entry: columns entry and the clocks."""
    sums = (
        results.runs.groupby("entry")[list(CLOCKS)]
        .sum(min_count=1)
        .reindex(list(results.entries))
        .rename(columns=CLOCKS)
    )
    return sums[sums.sum(axis=1) > 0].reset_index()


def draw(results: Results) -> list[Drawn]:
    found = totals(results)
    if found.empty:
        return []
    every = found
    found, cut = style.first_rows(found)
    figure, axes = style.rows_figure(len(found), left=2.6, height=0.22, bottom=0.3)
    from matplotlib.patches import Patch

    # the longest entry would hide all others on one scale of seconds: shares, with the sum at the end of each bar
    seconds = found[list(CLOCKS.values())].fillna(0)
    total = seconds.sum(axis=1)
    left = np.zeros(len(found))
    for clock in CLOCKS.values():
        width = (seconds[clock] / total * 100).to_numpy()
        if width.any():
            axes.barh(
                range(len(found)),
                width,
                left=left,
                height=0.68,
                color=style.CLOCK_COLOURS[clock],
                linewidth=0,
            )
            left += width
    for i, value in enumerate(total):
        axes.text(101, i, duration(value), va="center", fontsize=7.5)
    axes.set_xlim(0, 110)
    axes.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100%"])
    axes.set_yticks(range(len(found)), [clip(results.entries[id]["name"], 36) for id in found["entry"]])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    style.legend(
        axes,
        [
            Patch(color=style.CLOCK_COLOURS[clock], label=clock)
            for clock in CLOCKS.values()
            if seconds[clock].any()
        ],
        columns=6,
    )
    seconds = every[list(CLOCKS.values())].fillna(0)
    total = seconds.sum(axis=1)
    whole = total.sum()
    top = results.entries[every["entry"].tolist()[int(total.argmax())]]["name"]
    caption = (
        f"Where the time went: {duration(whole)} in all runs together, of which {seconds['train'].sum() / whole:.0%} training, "
        f"{seconds['compile'].sum() / whole:.0%} compiling "
        f"and {seconds['import'].sum() / whole:.0%} importing; the largest share in {clip(top, 40)} ({total.max() / whole:.0%})."
    )
    return [
        Drawn(
            "clocks",
            figure,
            caption + " Shares of each entry's own time; the sum stands at the end of its bar." + cut,
            caption,
            pd.concat([every, total.rename("total")], axis=1),
        )
    ]
