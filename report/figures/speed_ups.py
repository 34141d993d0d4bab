"""How many times as fast the other machines are as the first: by era and family, with intervals."""

import pandas as pd

from benchmarks.records import clip
from report import style
from report.figures.machines import ratio_axis
from report.formats import listed, number
from report.machine_names import with_backend
from report.results import Results
from report.speed_ups import first_base
from report.style import DARK2, Drawn

#: machines that are drawn beside the first
MOST = len(DARK2)


def draw(results: Results) -> list[Drawn]:
    """One row for all entries, each era and each family; one mark for each machine."""
    from matplotlib.lines import Line2D

    frame = results.speed_ups
    if frame.empty:
        return []
    base, called = first_base(frame), with_backend(results)
    apart_from_base = [letter for letter in frame["machine"].unique() if letter != base]
    frame = frame[frame["base"] == base].reset_index(drop=True)
    machines = list(frame["machine"].unique())
    sharing_nothing = [letter for letter in apart_from_base if letter not in machines]
    shown = frame[frame["machine"].isin(machines[:MOST])]
    groups = list(dict.fromkeys(zip(frame["over"], frame["group"], strict=True)))
    figure, axes = style.rows_figure(len(groups), left=2.3)
    for i, machine in enumerate(machines[:MOST]):
        apart = 0.5 * ((i + 0.5) / len(machines[:MOST]) - 0.5)
        rows = shown[shown["machine"] == machine]
        at = [groups.index(key) + apart for key in zip(rows["over"], rows["group"], strict=True)]
        axes.hlines(at, rows["low"], rows["high"], color=DARK2[i], linewidth=2.2, alpha=0.55)
        axes.scatter(rows["ratio"], at, s=22, color=DARK2[i], zorder=3)
    ratio_axis(axes, pd.concat([shown["ratio"], shown["low"].dropna(), shown["high"].dropna()]))
    axes.set_xlabel(f"throughput over that of machine {called[base]}")
    style.row_labels(axes, [clip(group, 30) for _, group in groups])
    style.legend(
        axes,
        [
            Line2D([], [], linestyle="", marker="o", color=DARK2[i], markersize=5, label=machine)
            for i, machine in enumerate(machines[:MOST])
        ],
        columns=MOST,
    )
    whole = shown[shown["over"] == "all"]
    caption = f"Speed-ups over machine {called[base]}, all entries: " + "; ".join(
        f"{called[row['machine']]} {number(row['ratio'])} times" for row in whole.to_dict("records")
    )
    left = f" {len(machines) - MOST} more machines are in the table." if len(machines) > MOST else ""
    if sharing_nothing:
        left += f" {listed(sharing_nothing)} shared no question with {base}, only with others: see the table."
    more = (
        f".{left} Geometric means over entries, by era and by family; bars: 95% intervals from the spread of "
        "executions, where every question has two."
    )
    return [Drawn("speed_ups", figure, caption + more, caption, frame)]
