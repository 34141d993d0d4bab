"""The tracks: what each architecture reaches, by the year of its idea, and what that costs.

Two figures for each track with several entries: `track_<id>` and `track_<id>_costs`.
"""

import math
from typing import Any

import pandas as pd

from benchmarks.records import clip
from report import style
from report.drawings.labels import Name, left_out, place
from report.formats import count, duration, number, rate, several, with_unit
from report.results import Results
from report.style import INK, Drawn, Point
from report.tracks import Standing, TrackResults, bought, nets

#: The figure of a track with at most this many entries is low.
FEW = 4
#: (attribute of a standing, heading, whether less is better) of the four costs
COSTS = (
    ("parameters", "parameters", True),
    ("flop", "operations of training", True),
    ("seconds", "training time, s", True),
    ("rate", "training examples per second", False),
)


def draw(results: Results) -> list[Drawn]:
    """Both figures of each track on which several entries have a known median."""
    figures = []
    for found in results.tracks:
        known = [one for one in found.standings if one.estimate]
        if len(known) > 1:
            figures += [_by_year(found, known), *_costs(found, known)]
    return figures


def _by_year(found: TrackResults, known: list[Standing]) -> Drawn:
    """The measure by the year of the idea: every seed, the median, and the best so far as a line."""
    import matplotlib.figure
    from matplotlib.ticker import MaxNLocator

    tall = 4.4 if len(known) > FEW else 2.6
    figure = matplotlib.figure.Figure(figsize=(style.WIDTH, tall))
    axes = figure.add_axes((0.085, 0.4 / tall, 0.9, 1 - 0.85 / tall))
    first, last = known[0].year, known[-1].year
    pad = max(2.0, (last - first) * 0.05)
    axes.set_xlim(first - pad, last + pad * 2.4)
    values = [value for one in known for value in one.values if math.isfinite(value)]
    style.value_axis(axes, values)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    x = _spread_years(known)
    line = _best_so_far(found, known, last + pad)
    axes.plot(
        *zip(*line, strict=True),
        color=INK,
        linewidth=1.1,
        alpha=0.55,
        zorder=1,
    )
    for one in known:
        shown = [value for value in one.values if math.isfinite(value)]
        axes.scatter(
            [x[one.entry]] * len(shown),
            shown,
            s=7,
            color=style.colour(one.family),
            alpha=0.55,
            linewidth=0,
            zorder=2,
        )
    _medians(axes, known, x)
    axes.set_ylabel(found.measure)
    style.keep_inside(axes)
    names = [
        Name(clip(one.name, 60), x[one.entry], one.estimate.median, bold=one.record)
        for one in sorted(known, key=lambda one: (not one.record, one.year))
        if one.estimate
    ]
    missing = len(names) - place(figure, axes, names, lines=[line])
    style.legend(axes, style.family_handles([one.family for one in known]), columns=6, y=1.01)
    points = tuple(
        style.point(figure, axes, x[one.entry], one.estimate.median, _details(found, one), one.entry)
        for one in known
        if one.estimate
    )
    sentence = bought(found)
    better = "Up" if found.direction == "higher" else "Down"
    caption = (
        f"{found.track.title}: {found.measure} by the year of the idea. Large marks are medians, small ones "
        f"single seeds; the line is the best net so far. {better} is better. {sentence}{left_out(missing)}"
    )
    return Drawn(f"track_{found.track.id}", figure, caption, sentence, _data(found), points)


def _costs(found: TrackResults, known: list[Standing]) -> list[Drawn]:
    """The measure against what it costs, with the line of those that nobody beats in both."""
    import matplotlib.figure

    panels = [
        (attribute, heading, less, costing)
        for attribute, heading, less in COSTS
        if len(costing := [one for one in known if _cost(one, attribute)]) > 1
    ]
    if not panels:
        return []
    rows = math.ceil(len(panels) / 2)
    figure = matplotlib.figure.Figure(figsize=(style.WIDTH, 3.1 * rows + 0.3))
    points: list[Point] = []
    best: list[str] = []
    missing = 0
    for i, (attribute, heading, less, costing) in enumerate(panels):
        row, column = divmod(i, 2)
        tall = 3.1 * rows + 0.3
        axes = figure.add_axes(
            (
                0.085 + 0.5 * column,
                (3.1 * (rows - 1 - row) + 0.5) / tall,
                0.4,
                2.4 / tall,
            )
        )
        x = {one.entry: float(_cost(one, attribute) or 0) for one in costing}
        axes.set_xscale("log")
        low, high = min(x.values()), max(x.values())
        room = (high / low) ** 0.08 if high > low else 2
        axes.set_xlim(low / room, high * room**3)
        style.value_axis(axes, [one.estimate.median for one in costing if one.estimate])
        style.powers(axes.xaxis)
        front = pareto(found, costing, attribute, less)
        axes.plot(
            [x[one.entry] for one in front],
            [one.estimate.median for one in front if one.estimate],
            color=INK,
            linewidth=1,
            alpha=0.5,
            zorder=1,
        )
        _medians(axes, costing, x)
        axes.set(xlabel=heading, ylabel="" if column else found.measure)
        style.keep_inside(axes)
        others = [(x[one.entry], one.estimate.median) for one in costing if one.estimate and one not in front]
        names = [Name(clip(one.name, 60), x[one.entry], one.estimate.median) for one in front if one.estimate]
        missing += len(names) - place(figure, axes, names, others, [[(name.x, name.y) for name in names]])
        points += [
            style.point(figure, axes, x[one.entry], one.estimate.median, _details(found, one), one.entry)
            for one in costing
            if one.estimate
        ]
        cheapest = (min if less else max)(front, key=lambda one: x[one.entry])
        best.append(f"{heading.partition(',')[0]}, {clip(cheapest.name, 40)}")
    sentence = f"What is reached against what it costs {found.track.on and 'on ' + found.track.on}."
    threads = several(int(found.setting["threads"]), "thread")
    devices = int(found.setting["devices"])
    where = f"machine {found.setting['machine']}, {found.setting['backend']}, on {threads}"
    where += f" and {several(devices, 'device')}" if devices > 1 else ""
    caption = (
        f"{sentence} On the line is everything that nobody beats in both, and it alone has names; the "
        f"cheapest of it is, by {'; by '.join(best)}. Times are those of {where}.{left_out(missing)}"
    )
    return [Drawn(f"track_{found.track.id}_costs", figure, caption, sentence, _data(found), tuple(points))]


def pareto(found: TrackResults, known: list[Standing], attribute: str, less: bool) -> list[Standing]:
    """The standings that none beats in the measure without a higher cost, cheapest first."""
    front: list[Standing] = []
    for one in sorted(known, key=lambda one: (_cost(one, attribute) or 0) * (1 if less else -1)):
        assert one.estimate is not None
        last = front[-1].estimate if front else None
        if last is None or found.better(one.estimate.median, last.median):
            front.append(one)
    return front


def _cost(standing: Standing, attribute: str) -> float | None:
    """A cost of a standing; times only if they were taken where the track's were."""
    if attribute in ("seconds", "rate") and not standing.timed_alike:
        return None
    value: float | None = getattr(standing, attribute)
    return value


def _spread_years(known: list[Standing]) -> dict[str, float]:
    """Where each entry stands in its year: those of one year side by side."""
    years: dict[int, list[str]] = {}
    for one in known:
        years.setdefault(one.year, []).append(one.entry)
    return {
        entry: year + 0.7 * (i - (len(entries) - 1) / 2) / max(1, len(entries) - 1)
        if len(entries) > 1
        else year
        for year, entries in years.items()
        for i, entry in enumerate(entries)
    }


def _best_so_far(found: TrackResults, known: list[Standing], end: float) -> list[tuple[float, float]]:
    """The corners of the steps from record to record, as (year, value)."""
    line: list[tuple[float, float]] = []
    for one in nets(known):
        assert one.estimate is not None
        value = one.estimate.median
        if not line or found.better(value, line[-1][1]):
            line += [(one.year, line[-1][1] if line else value), (one.year, value)]
    return [*line, (end, line[-1][1])]


def _medians(axes: Any, known: list[Standing], x: dict[str, float]) -> None:
    """The medians, in the colour and with the marker of their family."""
    import seaborn

    frame = pd.DataFrame(
        [{"x": x[one.entry], "y": one.estimate.median, "family": one.family} for one in known if one.estimate]
    )
    families = list(frame["family"].unique())
    seaborn.scatterplot(
        frame,
        x="x",
        y="y",
        hue="family",
        style="family",
        ax=axes,
        legend=False,
        s=44,
        palette={family: style.colour(family) for family in families},
        markers={family: style.marker(family) for family in families},
        linewidth=0,
        zorder=3,
    )
    axes.set(xlabel="", ylabel="")


def _details(found: TrackResults, one: Standing) -> str:
    """What is said of a point: name, value, interval, costs."""
    assert one.estimate is not None
    estimate = one.estimate
    parts = [f"{found.track.score} {with_unit(estimate.median, found.shown_unit)}"]
    if estimate.low is not None and estimate.high is not None:
        kind = "95% interval" if estimate.interval else "range"
        parts.append(
            f"{kind} {number(estimate.low)} to {number(estimate.high)} of {several(estimate.n, 'seed')}"
        )
    if one.parameters:
        parts.append(f"{count(one.parameters)} parameters")
    if one.flop:
        parts.append(rate(one.flop, "FLOP"))
    if one.seconds and one.timed_alike:
        parts.append(f"trained in {duration(one.seconds)}")
    return f"{clip(one.name, 60)}, {one.year}: {'; '.join(parts)}"


def _data(found: TrackResults) -> pd.DataFrame:
    """The data of both figures, one row for each seed."""
    rows = [
        {
            "name": one.name,
            "year": one.year,
            "family": one.family,
            "entry": one.entry,
            "recipe": one.recipe,
            "tier": one.tier,
            found.track.measure: one.estimate.median if one.estimate else None,
            "unit": found.unit,
            "seeds": len(one.values),
            "parameters": one.parameters,
            "operations of training": one.flop,
            "training seconds": one.seconds if one.timed_alike else None,
            "examples per second": one.rate if one.timed_alike else None,
            "seed's value": value if math.isfinite(value) else None,
        }
        for one in found.standings
        for value in one.values
    ]
    return pd.DataFrame(rows)
