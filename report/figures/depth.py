"""Depth against error: nets that differ only in their number of layers, one line per kind of net."""

import re
from typing import Any

import pandas as pd

from report import style
from report.cleaning import clip
from report.formats import listed, measure, number, several
from report.results import Results
from report.style import DARK2, Drawn

#: panels of the figure, and of one row
MOST = 12
COLUMNS = 2
#: what the nets of one panel share
PANEL = ["entry", "dataset", "tier", "machine", "backend", "precision"]


def _model(recipe: dict[str, Any]) -> tuple[float | None, frozenset[tuple[str, str]]]:
    """The depth of a recipe's model, if it has one, and the model's other arguments."""
    found = {name: value for name, value in recipe["rows"] if name.startswith("model: ")}
    depth = found.pop("model: depth", "")
    return (float(depth) if re.fullmatch(r"\d{1,6}", depth) and int(depth) else None), frozenset(
        found.items()
    )


def _stem(recipe: dict[str, Any]) -> str:
    """The part before the depth in the name of a recipe's variant: `plain` of `plain-56`."""
    depth, _ = _model(recipe)
    found = re.fullmatch(r"(.+)-(\d+)", recipe["variant"])
    return found[1] if found and float(found[2]) == depth else ""


def _kind(card: dict[str, Any], recipe: dict[str, Any]) -> str:
    """The line that a recipe belongs to; a net without a name belongs to the kind with its arguments."""
    _, arguments = _model(recipe)
    named = [
        (len(other), _stem(one))
        for one in card["recipes"]
        if _stem(one) and (other := _model(one)[1]) <= arguments
    ]
    return _stem(recipe) or (max(named)[1] if named else card["name"])


def points(results: Results) -> pd.DataFrame:
    """One row per run whose kind of net was run at several depths.

    The columns are those of the panel, and kind, depth, arguments, measure, unit, seed, value, published,
    lower.
    """
    rows = []
    for run in results.headline_values.to_dict("records"):
        card, spec = results.entries[run["entry"]], results.specs[run["spec_id"]]
        depth, arguments = _model(spec["recipe"])
        if depth is None or run["value"] is None or pd.isna(run["value"]):
            continue
        claimed = [
            claim["value"]
            for claim in card["claims"]
            if (claim["dataset"], claim["variant"], claim["metric"], claim["unit"])
            == (run["dataset"], run["variant"], run["measure"], run["unit"])
        ]
        told = {one["name"]: one["direction"] for one in spec["measures"]}
        rows.append(
            {key: run[key] for key in (*PANEL, "measure", "unit", "seed", "value")}
            | {"kind": _kind(card, spec["recipe"]), "depth": depth, "arguments": repr(sorted(arguments))}
            | {"published": claimed[0] if claimed else None, "lower": told.get(run["measure"]) != "higher"}
        )
    frame = pd.DataFrame(
        rows,
        columns=[
            *PANEL,
            "measure",
            "unit",
            "seed",
            "value",
            "kind",
            "depth",
            "arguments",
            "published",
            "lower",
        ],
    )
    lines = frame.groupby([*PANEL, "measure", "kind", "arguments"], sort=False)["depth"].transform("nunique")
    return frame[lines > 1].reset_index(drop=True)


def draw(results: Results) -> list[Drawn]:
    """One panel per entry, data set, tier and machine."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FixedLocator, NullLocator

    found = points(results)
    if found.empty:
        return []
    rank = {id: place for place, id in enumerate(results.entries)}
    panels: list[Any] = sorted(
        found.groupby([*PANEL, "measure"], sort=True), key=lambda panel: (rank[str(panel[0][0])], panel[0])
    )[:MOST]
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    tall = rows * 2.75 + 0.1
    figure = Figure(figsize=(style.WIDTH, tall))
    better, worse, data = 0, [], []
    for place, (keys, panel) in enumerate(panels):
        column, row = place % columns, place // columns
        wide = style.WIDTH / columns
        axes = figure.add_axes(
            (
                (column * wide + 0.55) / style.WIDTH,
                (tall - row * 2.75 - 2.35) / tall,
                (wide - 0.75) / style.WIDTH,
                1.65 / tall,
            )
        )
        axes.set_xscale("log")
        handles = []
        for no, ((name, _), line) in enumerate(panel.groupby(["kind", "arguments"], sort=True)):
            colour, kind = DARK2[no % len(DARK2)], clip(name, 24)
            middle = line.groupby("depth")["value"].median()
            axes.scatter(
                line["depth"],
                line["value"],
                s=13,
                facecolors="none",
                edgecolors=colour,
                linewidths=0.9,
                zorder=3,
            )
            axes.plot(
                middle.index,
                middle,
                color=colour,
                linewidth=1.4,
                marker=style.marker("convolutional"),
                markersize=5,
                zorder=4,
            )
            told = line.dropna(subset=["published"]).groupby("depth")["published"].first()
            if len(told):
                axes.plot(
                    told.index,
                    told,
                    color=colour,
                    linewidth=0.9,
                    linestyle=":",
                    marker="x",
                    markersize=5,
                    zorder=2,
                )
            handles.append(
                Line2D([], [], color=colour, marker=style.marker("convolutional"), markersize=5, label=kind)
            )
            first, last = middle.iloc[0], middle.iloc[-1]
            better += last < first if line["lower"].iloc[0] else last > first
            if last > first if line["lower"].iloc[0] else last < first:
                low, high = (
                    f"{number(middle[layers])}{line['unit'].iloc[0]} with {number(layers)}"
                    for layers in (middle.index[0], middle.index[-1])
                )
                worse.append(f"{kind} nets, {low} layers and {high}")
        if panel["published"].notna().any():
            handles.append(
                Line2D([], [], color=style.INK, linestyle=":", marker="x", markersize=5, label="as published")
            )
        depths = sorted(panel["depth"].unique())
        axes.xaxis.set_major_locator(FixedLocator(depths))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
        axes.set_xlabel("layers")
        unit = panel["unit"].iloc[0]
        axes.set_ylabel(measure(keys[-1]) + (f" ({unit})" if unit else ""))
        machine = f", {keys[3]}" if results.machines["machine"].nunique() > 1 else ""
        axes.set_title(
            clip(f"{results.entries[keys[0]]['name']}, {keys[1]}, {keys[2]}{machine}", 56),
            loc="left",
            pad=20,
            fontsize=8.5,
            fontweight="bold",
        )
        style.legend(axes, handles)
        data.append(panel)
    frame = pd.concat(data)
    frame["median"] = frame.groupby([*PANEL, "measure", "kind", "arguments", "depth"], sort=False)[
        "value"
    ].transform("median")
    lines = len(frame.drop_duplicates([*PANEL, "measure", "kind", "arguments"]))
    finding = (
        f"Depth against error: of {several(lines, 'kind')} of nets that were run at several depths, "
        f"{better} ended better at the largest depth"
    )
    caption = f"{finding} than at the smallest{'; worse were ' + listed(worse[:3]) if worse else ''}."
    more = " Small circles: every seed; marks: medians over seeds; crosses: published values for these data."
    shown = frame.drop(columns=["arguments", "lower"]).rename(
        columns={"dataset": "data set", "value": "seed's value"}
    )
    order = [
        "entry",
        "data set",
        "tier",
        "machine",
        "backend",
        "kind",
        "depth",
        "measure",
        "unit",
        "seed's value",
        "median",
        "published",
    ]
    return [Drawn("depth", figure, caption + more, clip(caption, 600), shown[order])]
