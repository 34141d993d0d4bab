"""Learning curves: small multiples with one panel per entry and one line per seed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from benchmarks.records import clip, in_words
from report import style
from report.drawings.curves import thin
from report.formats import listed, several
from report.grouping import GROUP_KEY
from report.results import Results
from report.style import Drawn

#: panels of one figure, and of one row
PANELS = 15
COLUMNS = 3


def curve(results: Results, group: Mapping[Any, Any], name: str) -> tuple[str, pd.DataFrame]:
    """The curve of one group of seeds (a row of `results.groups`): its name, and columns seed, epoch, value,
    unit.

    It is the measure of that name on the validation split, otherwise on the training split, otherwise the
    loss.
    """
    rows = results.measures_on_the_way.get(tuple(group[key] for key in GROUP_KEY))
    if rows is None:
        return "", pd.DataFrame(columns=["seed", "epoch", "value", "unit"])
    for split, wanted in (("validation", name), ("train", name), ("validation", "loss"), ("train", "loss")):
        taken = rows[(rows["split"] == split) & (rows["measure"] == wanted)].dropna(subset=["value"])
        if taken["epoch"].nunique() > 1:
            unit = taken["unit"].iloc[0]
            shown = f"{in_words(wanted)}{f' ({unit})' if unit else ''}, {split}"
            return shown, taken[["seed", "epoch", "value", "unit"]].sort_values(["seed", "epoch"])
    return "", pd.DataFrame(columns=["seed", "epoch", "value", "unit"])


def draw(results: Results) -> list[Drawn]:
    """The representative recipe of each entry, in figures of `PANELS`."""
    panels = []
    for group in results.representatives.drop_duplicates("entry").to_dict("records"):
        name = results.headline_measures.get((group["entry"], group["recipe"], group["tier"]), "loss")
        shown, rows = curve(results, group, name)
        if len(rows):
            panels.append((group, shown, rows))
    parts = [panels[i : i + PANELS] for i in range(0, len(panels), PANELS)]
    return [_part(results, part, i, len(parts)) for i, part in enumerate(parts, 1)]


def _part(
    results: Results, panels: list[tuple[dict[Any, Any], str, pd.DataFrame]], part: int, parts: int
) -> Drawn:
    """One figure."""
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure

    rows = -(-len(panels) // COLUMNS)
    tall = rows * 1.72 + 0.1
    figure = Figure(figsize=(style.WIDTH, tall))
    data, settled = [], 0
    for i, (group, shown, frame) in enumerate(panels):
        column, row = i % COLUMNS, i // COLUMNS
        width, height = style.WIDTH / COLUMNS, 1.72
        axes = figure.add_axes(
            (
                (column * width + 0.42) / style.WIDTH,
                (tall - 0.42 - row * height - 0.92) / tall,
                (width - 0.56) / style.WIDTH,
                0.92 / tall,
            )
        )
        family = str(group["family"])
        lines = [
            thin(list(zip(seed["epoch"], seed["value"], strict=True))) for _, seed in frame.groupby("seed")
        ]
        axes.add_collection(LineCollection(lines, colors=style.colour(family), linewidths=1.2, alpha=0.75))
        axes.autoscale_view()
        axes.margins(x=0.02)
        axes.locator_params(nbins=4)
        card = results.entries[str(group["entry"])]
        axes.set_title(clip(card["name"], 28), loc="left", pad=14, fontweight="bold", fontsize=8.5)
        axes.text(0, 1.04, clip(f"{group['recipe']}: {shown}", 38), transform=axes.transAxes, fontsize=7)
        axes.tick_params(labelsize=7, pad=2)
        if row == rows - 1 or i + COLUMNS >= len(panels):
            axes.set_xlabel("epoch", fontsize=7.5, labelpad=1)
        ends = frame.groupby("seed")["value"].agg(["first", "last"])
        spread, change = (
            ends["last"].max() - ends["last"].min(),
            (ends["last"] - ends["first"]).abs().median(),
        )
        settled += bool(len(ends) > 1 and change > 0 and spread <= 0.1 * change)
        data.append(
            frame.assign(entry=group["entry"], recipe=group["recipe"], tier=group["tier"], shown=shown)
        )
    names = [clip(results.entries[str(panel[0]["entry"])]["name"], 30) for panel in panels]
    part_of = f" (part {part} of {parts})" if parts > 1 else ""
    several_seeds = sum(panel[2]["seed"].nunique() > 1 for panel in panels)
    caption = (
        f"Learning curves{part_of}, {several(len(panels), 'entry')}{_agreement(settled, several_seeds)}."
    )
    alt = f"{caption} Panels: {listed(names)}."
    frame = pd.concat(data)[["entry", "recipe", "tier", "shown", "seed", "epoch", "value"]]
    more = " One line per seed, for the fullest recipe that ended well."
    return Drawn(f"curves_{part}" if parts > 1 else "curves", figure, caption + more, clip(alt, 600), frame)


def _agreement(settled: int, several_seeds: int) -> str:
    """In how many of the entries with several seeds the seeds end close together; empty if there are none."""
    if not several_seeds:
        return ""
    tenth = "a tenth of what was learned"
    if several_seeds == 1:
        how = "at most" if settled else "more than"
        return f": in the one with several seeds, the final values of the seeds differ by {how} {tenth}"
    return (
        f": in {settled} of the {several_seeds} with several seeds, the final values of the seeds differ by "
        f"at most {tenth}"
    )
