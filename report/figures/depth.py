"""Depth against error: nets that differ only in their number of layers, one line per kind of net."""

import re
from typing import Any

import pandas as pd

from benchmarks.records import clip, in_words
from report import style
from report.formats import listed, number, several
from report.results import Results
from report.style import DARK2, Drawn

#: panels of the figure, and of one row
MOST = 12
COLUMNS = 2
#: inches of one panel
PANEL_HEIGHT = 2.75
#: what the nets of one panel share
PANEL = ["entry", "dataset", "tier", "machine", "backend", "precision"]
COLUMNS_OF_POINTS = (
    *(*PANEL, "measure", "unit", "seed", "value", "kind", "depth", "arguments", "published", "lower"),
)
COLUMNS_OF_DATA = (
    *("entry", "data set", "tier", "machine", "backend", "kind", "depth", "measure", "unit"),
    *("seed's value", "median", "published"),
)


def _model(recipe: dict[str, Any]) -> tuple[float | None, frozenset[tuple[str, str]]]:
    """The depth of a recipe's model, if it has one, and the model's other arguments."""
    arguments = {name: value for name, value in recipe["rows"] if name.startswith("model: ")}
    depth = arguments.pop("model: depth", "")
    return (float(depth) if re.fullmatch(r"\d{1,6}", depth) and int(depth) else None), frozenset(
        arguments.items()
    )


def _stem(recipe: dict[str, Any]) -> str:
    """The part before the depth in the name of a recipe's variant: `plain` of `plain-56`."""
    depth, _ = _model(recipe)
    match = re.fullmatch(r"(.+)-(\d+)", recipe["variant"])
    return match[1] if match and float(match[2]) == depth else ""


def _kind(card: dict[str, Any], recipe: dict[str, Any]) -> str:
    """The line that a recipe belongs to; a net without a name belongs to the kind with its arguments."""
    _, arguments = _model(recipe)
    named = [
        (len(fewer), _stem(candidate))
        for candidate in card["recipes"]
        if _stem(candidate) and (fewer := _model(candidate)[1]) <= arguments
    ]
    return _stem(recipe) or (max(named)[1] if named else card["name"])


def points(results: Results) -> pd.DataFrame:
    """One row per run whose kind of net was run at several depths, with `COLUMNS_OF_POINTS`.

    `lower` says whether less is better.
    """
    rows = []
    for run in results.headline_values.to_dict("records"):
        card, spec = results.entries[run["entry"]], results.specs[run["spec_id"]]
        depth, arguments = _model(spec["recipe"])
        if depth is None or run["value"] is None or pd.isna(run["value"]):
            continue
        published = next((claim["value"] for claim in card["claims"] if _answers(run, claim)), None)
        directions = {measure["name"]: measure["direction"] for measure in spec["measures"]}
        rows.append(
            {
                **{key: run[key] for key in (*PANEL, "measure", "unit", "seed", "value")},
                **{"kind": _kind(card, spec["recipe"]), "depth": depth, "arguments": repr(sorted(arguments))},
                **{"published": published, "lower": directions.get(run["measure"]) != "higher"},
            }
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS_OF_POINTS))
    depths = frame.groupby([*PANEL, "measure", "kind", "arguments"], sort=False)["depth"].transform("nunique")
    return frame[depths > 1].reset_index(drop=True)


def _answers(run: dict[Any, Any], claim: dict[str, Any]) -> bool:
    """Whether a run's value can be compared with a claim's."""
    keys = (("dataset", "dataset"), ("variant", "variant"), ("measure", "metric"), ("unit", "unit"))
    return all(run[ours] == claim[theirs] for ours, theirs in keys)


def draw(results: Results) -> list[Drawn]:
    """One panel per entry, data set, tier and machine."""
    from matplotlib.figure import Figure

    every = points(results)
    if every.empty:
        return []
    rank = {id: place for place, id in enumerate(results.entries)}
    panels: list[Any] = sorted(
        every.groupby([*PANEL, "measure"], sort=True), key=lambda panel: (rank[str(panel[0][0])], panel[0])
    )[:MOST]
    columns = min(COLUMNS, len(panels))
    tall, wide = -(-len(panels) // columns) * PANEL_HEIGHT + 0.1, style.WIDTH / columns
    figure = Figure(figsize=(style.WIDTH, tall))
    many_machines = results.machines["machine"].nunique() > 1
    better, worse = 0, []
    for place, (keys, panel) in enumerate(panels):
        column, row = place % columns, place // columns
        left, bottom = column * wide + 0.55, tall - row * PANEL_HEIGHT - 2.35
        axes = figure.add_axes((left / style.WIDTH, bottom / tall, (wide - 0.75) / style.WIDTH, 1.65 / tall))
        machine = f", {keys[3]}" if many_machines else ""
        title = clip(f"{results.entries[keys[0]]['name']}, {keys[1]}, {keys[2]}{machine}", 56)
        improved, worsened = _panel(axes, panel, title)
        better += improved
        worse += worsened
    frame = pd.concat([panel for _, panel in panels])
    line = [*PANEL, "measure", "kind", "arguments"]
    frame["median"] = frame.groupby([*line, "depth"], sort=False)["value"].transform("median")
    lines = len(frame.drop_duplicates(line))
    finding = (
        f"Depth against error: of {several(lines, 'kind')} of nets that were run at several depths, "
        f"{better} ended better at the largest depth than at the smallest"
        f"{'; worse were ' + listed(worse[:3]) if worse else ''}."
    )
    caption = (
        f"{finding} Small circles: every seed; marks: medians over seeds; crosses: published values for "
        "these data."
    )
    data = frame.rename(columns={"dataset": "data set", "value": "seed's value"})[list(COLUMNS_OF_DATA)]
    return [Drawn("depth", figure, caption, clip(finding, 600), data)]


def _panel(axes: Any, panel: pd.DataFrame, title: str) -> tuple[int, list[str]]:
    """Draws the lines of one panel.

    Returns how many ended better at the largest depth than at the smallest, and phrases on those that ended
    worse.
    """
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FixedLocator, NullLocator

    marker = style.marker("convolutional")
    name, unit = panel["measure"].iloc[0], panel["unit"].iloc[0]
    axes.set_xscale("log")
    handles, better, worse = [], 0, []
    for no, ((kind, _), line) in enumerate(panel.groupby(["kind", "arguments"], sort=True)):
        colour, kind = DARK2[no % len(DARK2)], clip(str(kind), 24)
        median = line.groupby("depth")["value"].median()
        axes.scatter(
            line["depth"],
            line["value"],
            s=13,
            facecolors="none",
            edgecolors=colour,
            linewidths=0.9,
            zorder=3,
        )
        axes.plot(median.index, median, color=colour, linewidth=1.4, marker=marker, markersize=5, zorder=4)
        published = line.dropna(subset=["published"]).groupby("depth")["published"].first()
        if len(published):
            look = {"linewidth": 0.9, "linestyle": ":", "marker": "x", "markersize": 5, "zorder": 2}
            axes.plot(published.index, published, color=colour, **look)
        handles.append(Line2D([], [], color=colour, marker=marker, markersize=5, label=kind))
        change = (median.iloc[-1] - median.iloc[0]) * (1 if line["lower"].iloc[0] else -1)
        better += int(change < 0)
        if change > 0:
            shallow, deep = (
                f"{number(median[n])}{unit} with {number(n)}" for n in (median.index[0], median.index[-1])
            )
            worse.append(f"{kind} nets, {shallow} layers and {deep}")
    if panel["published"].notna().any():
        handles.append(
            Line2D([], [], color=style.INK, linestyle=":", marker="x", markersize=5, label="as published")
        )
    axes.xaxis.set_major_locator(FixedLocator(sorted(panel["depth"].unique())))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.set_xlabel("layers")
    axes.set_ylabel(in_words(name) + (f" ({unit})" if unit else ""))
    axes.set_title(title, loc="left", pad=20, fontsize=8.5, fontweight="bold")
    style.legend(axes, handles)
    return better, worse
