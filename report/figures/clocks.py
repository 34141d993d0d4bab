"""Where the time went: the clocks of all runs, added up by entry."""

import numpy as np
import pandas as pd

from benchmarks.records import clip
from report import style
from report.formats import duration
from report.results import CLOCKS, Results
from report.style import Drawn


def totals(results: Results) -> pd.DataFrame:
    """Seconds of each clock that was read, summed over all runs of an entry: columns entry and the clocks."""
    runs = results.runs
    clocks = [column for column in CLOCKS if column in runs and runs[column].notna().any()]
    sums = (
        runs.groupby("entry")[clocks].sum(min_count=1).reindex(list(results.entries)).rename(columns=CLOCKS)
    )
    return sums[sums.sum(axis=1) > 0].reset_index()


def draw(results: Results) -> list[Drawn]:
    """One bar per entry."""
    from matplotlib.patches import Patch

    every = totals(results)
    if every.empty:
        return []
    clocks = [clock for clock in CLOCKS.values() if clock in every]
    shown, cut = style.first_rows(every)
    figure, axes = style.rows_figure(len(shown), left=3.0, height=0.22, bottom=0.3)
    # On one scale of seconds the longest entry would hide all others: bars show shares.
    seconds = shown[clocks].fillna(0)
    total = seconds.sum(axis=1)
    left = np.zeros(len(shown))
    used = [clock for clock in clocks if seconds[clock].any()]
    for clock in used:
        width = (seconds[clock] / total * 100).to_numpy()
        axes.barh(
            range(len(shown)), width, left=left, height=0.68, color=style.CLOCK_COLOURS[clock], linewidth=0
        )
        left += width
    for i, value in enumerate(total):
        axes.text(101, i, duration(value), va="center", fontsize=7.5)
    axes.set_xlim(0, 110)
    axes.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100%"])
    axes.set_yticks(range(len(shown)), [clip(results.entries[id]["name"], 46) for id in shown["entry"]])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    handles = [Patch(color=style.CLOCK_COLOURS[clock], label=clock) for clock in used]
    # All clocks in one line need the room above the labels, too.
    style.legend(axes, handles, columns=len(CLOCKS), x=-0.54)
    totals_of_all = every[clocks].fillna(0).sum(axis=1)
    finding = _finding(results, every, totals_of_all)
    return [
        Drawn(
            "clocks",
            figure,
            f"{finding} Shares of each entry's own time; the end of a bar gives the sum.{cut}",
            finding,
            pd.concat([every, totals_of_all.rename("total")], axis=1),
        )
    ]


def _finding(results: Results, every: pd.DataFrame, totals: "pd.Series[float]") -> str:
    whole = totals.sum()
    training, compiling, importing = (
        every[clock].sum() / whole if clock in every else 0.0 for clock in ("train", "compile", "import")
    )
    spent = (
        f"Where the time went: {duration(whole)} in all runs together, {training:.0%} of it training, "
        f"{compiling:.0%} compiling and {importing:.0%} importing"
    )
    if len(every) == 1:
        return f"{spent}."
    longest = results.entries[every["entry"].tolist()[int(totals.argmax())]]["name"]
    return f"{spent}; {clip(longest, 40)} took the largest share ({totals.max() / whole:.0%})."
