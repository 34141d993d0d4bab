"""Examples per second by batch size: training and inference, one panel for each entry."""

from typing import Literal

import pandas as pd

from benchmarks.records import clip
from report import batch_sizes, style
from report.formats import listed, number, several
from report.results import Results
from report.style import DARK2, Drawn

#: panels at most, and machines in them
PANELS, MOST = 12, len(DARK2)
LINES: dict[str, Literal["-", ":"]] = {"training": "-", "inference": ":"}


def draw(results: Results) -> list[Drawn]:
    """The entries that were measured on most machines, the oldest first; a line for each machine."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.ticker import NullLocator

    frame = results.speeds
    keys = batch_sizes.shared(frame)
    if not keys:
        return []
    order = {id: place for place, id in enumerate(results.entries)}
    chosen = sorted(_spread(keys), key=lambda key: order[key[0]])
    points = frame[(frame["status"] == "ok") & frame["work"].isin(LINES)]
    points = points.merge(pd.DataFrame(chosen, columns=batch_sizes.RECIPE))
    machines = [letter for letter in results.machines["machine"] if letter in set(points["machine"])]
    not_drawn = [letter for letter in frame["machine"].unique() if letter not in machines]
    columns = min(3, len(chosen))
    lines = -(-len(chosen) // columns)
    figure = Figure(figsize=(style.WIDTH, 0.7 + 2.0 * lines), layout="constrained")
    panels = figure.subplots(lines, columns, squeeze=False)
    for axes, key in zip(panels.flat, chosen, strict=False):
        rows = points
        for column, value in zip(batch_sizes.RECIPE, key, strict=True):
            rows = rows[rows[column] == value]
        for i, machine in enumerate(machines[:MOST]):
            for work, line in LINES.items():
                own = rows[(rows["machine"] == machine) & (rows["work"] == work)]
                for _, curve in own.groupby(["precision", "threads", "devices"], sort=True):
                    axes.plot(
                        curve["batch_size"],
                        curve["examples_per_s"],
                        linestyle=line,
                        color=DARK2[i],
                        marker="o",
                        markersize=3,
                    )
        axes.set_xscale("log")
        axes.set_xticks(sizes := _ticks(rows["batch_size"].tolist()), [f"{size:,}" for size in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
        drawn = rows["examples_per_s"].dropna().tolist()
        if max(drawn) > 100 * min(drawn):
            axes.set_yscale("log")
            style.powers(axes.yaxis)
        else:
            style.value_axis(axes, drawn)
        axes.set_title(clip(results.entries[key[0]]["name"], 28))
    for axes in panels.flat[len(chosen) :]:
        axes.set_visible(False)
    figure.supxlabel("examples in a batch", fontsize=9)
    figure.supylabel("examples per second", fontsize=9)
    handles = [Line2D([], [], color=DARK2[i], label=letter) for i, letter in enumerate(machines[:MOST])]
    handles += [Line2D([], [], color=style.INK, linestyle=line, label=work) for work, line in LINES.items()]
    figure.legend(handles=handles, loc="outside upper left", ncols=6)
    caption = f"Examples per second by batch size: {_gain(results, frame)}."
    left = len(keys) - len(chosen)
    more = f" {several(left, 'more recipe')} in the table." if left else ""
    cut = f" {len(machines) - MOST} more machines are in the table." if len(machines) > MOST else ""
    if not_drawn:
        measured = "was" if len(not_drawn) == 1 else "were"
        cut += f" {listed(not_drawn)} {measured} measured on other recipes alone, which are in the table."
    return [Drawn("batch_sizes", figure, f"{caption}{more}{cut}", caption, frame)]


def _spread(keys: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """At most as many as there are panels, evenly over the given order."""
    if len(keys) <= PANELS:
        return keys
    return [keys[round(place * (len(keys) - 1) / (PANELS - 1))] for place in range(PANELS)]


def _ticks(sizes: list[int]) -> list[int]:
    """At most four of these batch sizes, evenly spread from the least."""
    every = sorted(set(sizes))
    return every[:: -(-len(every) // 4)]


def _gain(results: Results, frame: pd.DataFrame) -> str:
    """In words, what larger batches gain in training: the greatest gain over the recipe's own batch size."""
    trained = frame[(frame["work"] == "training") & (frame["status"] == "ok")]
    best: tuple[float, str] = (0.0, "")
    for _, rows in trained.groupby([*batch_sizes.RECIPE, "machine"], sort=False):
        found = rows.to_dict("records")
        first, top = found[0], max(found, key=lambda row: row["examples_per_s"])
        gain = top["examples_per_s"] / first["examples_per_s"]
        name = clip(results.entries[first["entry"]]["name"], 40)
        where = f" on machine {first['machine']}" if len(results.machines) > 1 else ""
        sizes = f"{top['batch_size']:,} as with {first['batch_size']:,}"
        if gain > best[0]:
            best = (gain, f"{name} trains {number(gain)} times as fast with {sizes}{where}")
    return best[1]
