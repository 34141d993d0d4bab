"""What the three figures of size by year share: named points over waves of research."""

import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from benchmarks.records import clip
from report import statistics, style
from report.drawings.labels import Name, left_out, place
from report.formats import count, number
from report.style import Point

#: How cards say that the suite chose a size, and no paper printed it.
CHOSEN_HERE = re.compile(r"\b(ours|chosen here|not the paper|public re-implementations)\b")
#: Goodfellow, Bengio and Courville 2016, Deep Learning, section 1.2.1
WAVES = ((1940, 1960, "cybernetics"), (1980, 1995, "connectionism"), (2006, None, "deep learning"))


def in_order(points: pd.DataFrame) -> pd.DataFrame:
    """The points by year."""
    return points.sort_values(["x", "value", "id"], kind="stable").reset_index(drop=True)


def year(date: str, fallback: float) -> float:
    """A date YYYY-MM-DD as a year with its fraction; the middle of the year if only the year is known."""
    try:
        y, month = int(date[:4]), int(date[5:7])
    except ValueError:
        return fallback + 0.5
    return y + (month - 0.5) / 12 if abs(y - fallback) <= 3 else fallback + 0.5


def points(results: Any, what: str) -> pd.DataFrame:
    """Points of one quantity: the public record and the entries' cards, which take precedence.

    `chosen` marks sizes that the suite chose, as their cards say.
    """
    record = results.history[results.history["what"] == what]
    rows = {
        row["id"]: {
            "id": row["id"],
            "name": row["name"],
            "family": row["family"],
            "x": year(row["date"], row["year"]),
            "year": row["year"],
            "value": row["value"],
            "note": row["note"],
            "source": row["source"],
            "confidence": row["confidence"],
            "ours": row["id"] in results.entries,
            "chosen": False,
        }
        for row in record.dropna(subset=["value"]).to_dict("records")
    }
    for id, card in results.entries.items():
        published = _of_card(card, what)
        if published:
            x = rows[id]["x"] if id in rows else card["year"] + 0.5
            rows[id] = {
                "id": id,
                "name": card["name"],
                "family": card["family"],
                "x": x,
                "year": card["year"],
                **published,
                "ours": True,
            }
    frame = pd.DataFrame(
        list(rows.values()),
        columns=[
            *("id", "name", "family", "x", "year", "value", "note", "source", "confidence", "ours", "chosen")
        ],
    )
    frame = frame[
        [
            math.isfinite(v) and v > 0 and 1900 < x < 2100
            for v, x in zip(frame["value"].astype(float), frame["x"], strict=True)
        ]
    ]
    frame["entry"] = [id if id in results.entries else "" for id in frame["id"]]
    return in_order(frame)


def _of_card(card: dict[str, Any], what: str) -> dict[str, Any] | None:
    """What a card says about a quantity, None if it says nothing."""
    for fact in card["history"]:
        if fact["what"] == what and isinstance(fact["value"], float):
            return {
                "value": fact["value"],
                "note": "the entry's card",
                "source": fact["source"],
                "confidence": fact["confidence"],
                "chosen": False,
            }
    return _largest_size(card) if what == "parameters" else None


def _largest_size(card: dict[str, Any]) -> dict[str, Any] | None:
    """The largest size of a card that the suite did not choose; if it chose the paper's own net, of all.

    A variant is compared with the paper's own net, and so follows its size.
    """
    sizes = [size for size in card["parameters"] if size["trainable"]]
    if not sizes:
        return None
    papers = [size for size in sizes if not CHOSEN_HERE.search(size["where"])]
    chosen = not papers or any(not size["variant"] for size in sizes if size not in papers)
    most = max(sizes if chosen else papers, key=lambda size: size["trainable"])
    return {
        "value": most["trainable"],
        "note": (f"{most['variant']}: " if most["variant"] else "") + most["where"],
        "source": "the entry's card",
        "confidence": most["confidence"],
        "chosen": chosen,
    }


def draw(
    points: pd.DataFrame, ylabel: str, families: bool = True, since: Sequence[float] = (0,)
) -> tuple[Any, str, tuple[Point, ...]]:
    """The figure, a sentence on names that found no room, and the points that a page explains.

    Filled points are entries of these results, open ones the public record, pale ones sizes that the suite
    chose. There is a least-squares line from each year of `since` on.
    """
    import seaborn
    from matplotlib.figure import Figure

    tall = 6.2 if families else 4.5
    figure = Figure(figsize=(style.WIDTH, tall))
    axes = figure.add_axes((0.085, 0.4 / tall, 0.905, 1 - (1.05 if families else 0.65) / tall))
    axes.set_yscale("log")
    first, last = math.floor(points["x"].min()) - 2, math.ceil(points["x"].max()) + 2
    low, high = points["value"].min(), points["value"].max()
    pad = (math.log10(high / low) or 1) * 0.06
    axes.set_xlim(first, last)
    axes.set_ylim(low / 10**pad, high * 10**pad)
    for start, end, name in WAVES:
        left, right = max(start, first), min(end or last, last)
        if right > left:
            axes.axvspan(left, right, color=style.WASH, linewidth=0, zorder=0)
            axes.text(
                (left + right) / 2,
                1.005,
                name,
                transform=axes.get_xaxis_transform(),
                ha="center",
                va="bottom",
                fontsize=8,
                fontstyle="italic",
            )
    style.powers(axes.yaxis)
    axes.set_ylabel(ylabel)
    lines = [ends for start in since if (ends := _line(points, start))]
    for ends in lines:
        axes.plot(*zip(*ends, strict=True), color=style.INK, linewidth=1, alpha=0.55, zorder=1)
    for ours, chosen in ((False, False), (True, True), (True, False)):
        part = points[(points["ours"] == ours) & (points["chosen"] == chosen)]
        if len(part) and families:
            seaborn.scatterplot(
                part,
                x="x",
                y="value",
                hue="family",
                style="family",
                ax=axes,
                legend=False,
                s=46 if ours else 34,
                alpha=0.4 if chosen else 1 if ours else 0.95,
                palette={f: style.colour(f) for f in part["family"].unique()},
                markers={f: style.marker(f) for f in part["family"].unique()},
                zorder=3 if ours else 2,
                linewidth=0 if ours else 1,
            )
            if not ours:
                _open(axes.collections[-1])
        elif len(part):
            seaborn.scatterplot(
                part,
                x="x",
                y="value",
                ax=axes,
                legend=False,
                color=style.DARK2[0],
                s=40,
                zorder=3,
                linewidth=0,
            )
            if not ours:
                _open(axes.collections[-1])
    axes.set_xlabel("")
    axes.set_ylabel(ylabel)
    style.keep_inside(axes)
    missing = _names(figure, axes, points, lines)
    if families:
        style.legend(axes, style.family_handles(list(points["family"].unique())), columns=5, y=1.045)
    return figure, left_out(missing), _explained(figure, axes, points, ylabel)


def _open(collection: Any) -> None:
    """Draws only the outline of the markers."""
    collection.set_edgecolor(collection.get_facecolor())
    collection.set_facecolor("none")
    collection.set_linewidth(1.1)


def _line(points: pd.DataFrame, since: float) -> list[tuple[float, float]]:
    """The ends of the least-squares line through the points from a year on; empty if it does not rise."""
    part = _of_trend(points, since)
    found = statistics.trend(part["x"].tolist(), part["value"].tolist())
    if not found:
        return []
    years, start = found
    return [(x, 10 ** ((x - start) / years)) for x in (part["x"].min(), part["x"].max())]


def _names(
    figure: Any, axes: Any, points: pd.DataFrame, lines: Sequence[Sequence[tuple[float, float]]]
) -> int:
    """Names next to the points, those of these results first; returns how many found no room."""
    rows = points.sort_values("ours", ascending=False, kind="stable").to_dict("records")
    names = [Name(clip(row["name"], 60), row["x"], row["value"], bold=bool(row["ours"])) for row in rows]
    return len(names) - place(figure, axes, names, lines=lines)


def _explained(figure: Any, axes: Any, points: pd.DataFrame, ylabel: str) -> tuple[Point, ...]:
    """The points, with what a page says of each."""
    return tuple(
        style.point(
            figure,
            axes,
            row["x"],
            row["value"],
            f"{clip(row['name'], 60)}, {row['year']}: {count(row['value'])} {ylabel}"
            + (f" ({clip(row['note'], 100)})" if row["note"] else ""),
            row["entry"],
        )
        for row in points.to_dict("records")
    )


def table(points: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The data of the figure."""
    frame = points[
        ["name", "year", "family", "value", "note", "source", "confidence", "ours", "chosen"]
    ].copy()
    for column in ("ours", "chosen"):
        frame[column] = ["yes" if row else "no" for row in frame[column]]
    frame = frame.rename(
        columns={"value": unit, "ours": "in these results", "chosen": "chosen by this suite"}
    )
    return frame if points["chosen"].any() else frame.drop(columns="chosen by this suite")


def ends(points: pd.DataFrame) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The rows with the smallest and the largest value."""
    rows = points.sort_values("value", kind="stable").to_dict("records")
    return rows[0], rows[-1]


def tenfold(points: pd.DataFrame, since: float = 0) -> float | None:
    """Years in which the least-squares line rises tenfold; sizes that the suite chose do not count."""
    part = _of_trend(points, since)
    found = statistics.trend(part["x"].tolist(), part["value"].tolist())
    return found[0] if found else None


def _of_trend(points: pd.DataFrame, since: float) -> pd.DataFrame:
    return points[(points["x"] >= since) & ~points["chosen"].astype(bool)]


def span(points: pd.DataFrame) -> str:
    """From the smallest to the largest, and how fast they grow: the end of a caption."""
    low, high = ends(points)
    years = tenfold(points)
    rise = (
        f" Along the line (least squares) they grow tenfold every {number(years, 2)} years." if years else ""
    )
    return f"from {count(low['value'])} ({label(low)}) to {count(high['value'])} ({label(high)}).{rise}"


def label(row: Any) -> str:
    """Name and year of a point."""
    return f"{clip(row['name'], 40)}, {row['year']}"
