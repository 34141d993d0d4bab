"""Learning curves: small multiples, one panel an entry, every seed a line."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from report import style
from report.results import Results
from report.style import Drawn
from report.svg import thin
from report.text import clip, listed, measure, several

PANELS = 15
COLUMNS = 3
KEY = ["spec_hash", "machine", "source_sha256"]


def curve(results: Results, group: Mapping[Any, Any], name: str) -> tuple[str, pd.DataFrame]:
    """The curve of one group of seeds (a row of `results.groups`): what it shows, and columns seed, epoch, value.

    The measure of that name on the validation split, else on the training split, else the training loss.
    """
    rows = _legs(results).get(tuple(group[key] for key in KEY))
    if rows is None:
        return "", pd.DataFrame(columns=["seed", "epoch", "value"])
    for split, wanted in (("validation", name), ("train", name), ("validation", "loss"), ("train", "loss")):
        found = rows[(rows["split"] == split) & (rows["measure"] == wanted)].dropna(subset=["value"])
        if found["epoch"].nunique() > 1:
            unit = found["unit"].iloc[0]
            shown = f"{measure(wanted)}{f' ({unit})' if unit else ''}, {split}"
            return shown, found[["seed", "epoch", "value"]].sort_values(["seed", "epoch"])
    return "", pd.DataFrame(columns=["seed", "epoch", "value"])


def _legs(results: Results) -> dict[tuple[str, ...], pd.DataFrame]:
    """Measures taken on the way, of one execution a run, by `KEY` (kept with the results: cards and figures ask again and again)."""
    cached = results.__dict__.get("_legs")
    if cached is None:
        rows = results.measures.dropna(subset=["epoch"]).merge(
            results.once[["execution_id", "seed", *KEY]], on="execution_id"
        )
        rows["epoch"] = rows["epoch"].astype(float)
        cached = results.__dict__["_legs"] = dict(list(rows.groupby(KEY, sort=False)))
    return cached


def draw(results: Results) -> list[Drawn]:
    main = results.main.drop_duplicates("entry")
    panels = []
    for group in main.to_dict("records"):
        name = results.primary.get((group["entry"], group["recipe"], group["tier"]), "loss")
        shown, rows = curve(results, group, name)
        if len(rows):
            panels.append((group, shown, rows))
    if not panels:
        return []
    pages = [panels[i : i + PANELS] for i in range(0, len(panels), PANELS)]
    return [_page(results, page, i, len(pages)) for i, page in enumerate(pages, 1)]


def _page(
    results: Results, panels: list[tuple[dict[Any, Any], str, pd.DataFrame]], page: int, pages: int
) -> Drawn:
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
    part = f" (part {page} of {pages})" if pages > 1 else ""
    several_seeds = sum(panel[2]["seed"].nunique() > 1 for panel in panels)
    caption = (
        f"Learning curves{part}, {several(len(panels), 'entry')}: "
        f"in {settled} of the {several_seeds} with several seeds, the seeds end within a tenth of what was learned."
    )
    alt = f"{caption} Panels: {listed(names)}."
    frame = pd.concat(data)[["entry", "recipe", "tier", "shown", "seed", "epoch", "value"]]
    more = " One line a seed; the recipe is the fullest that ended well."
    return Drawn(f"curves_{page}" if pages > 1 else "curves", figure, caption + more, clip(alt, 600), frame)
