"""Training time in the paper and in these results."""

from typing import Any

import pandas as pd

from benchmarks.records import clip
from benchmarks.spec import TIERS
from report import style
from report.formats import duration
from report.grouping import GROUP_KEY
from report.results import Results
from report.style import Drawn

#: seconds -> the label of a tick; those in between are for an axis that is not long
TICKS = {
    **{1e-3: "1 ms", 1.0: "1 s", 60.0: "1 min", 3600.0: "1 h", 86400.0: "1 d"},
    **{30 * 86400.0: "30 d", 365 * 86400.0: "1 y"},
}
BETWEEN = {0.01: "10 ms", 0.1: "0.1 s", 10.0: "10 s", 600.0: "10 min", 36000.0: "10 h", 5 * 86400.0: "5 d"}


def times(results: Results) -> pd.DataFrame:
    """One row per entry with a published training time and a timed run: then and now, and the recipe."""
    record = {
        row["id"]: row for row in results.history[results.history["what"] == "hours"].to_dict("records")
    }
    rows = []
    for group in results.representatives.dropna(subset=["train_s"]).to_dict("records"):
        card = results.entries[group["entry"]]
        # A variant whose time is not printed stands beside that of the paper's model, which is other work.
        hours = {fact["variant"]: fact for fact in card["history"] if fact["what"] == "hours"}
        then = hours.get(group["variant"], hours.get(""))
        hardware = next((fact for fact in card["history"] if fact["what"] == "hardware"), None)
        if then is None and group["entry"] in record:
            then = {**record[group["entry"]], "variant": ""}
            hardware = {"value": then["note"]}
        if (
            then is None
            or not isinstance(then["value"], float)
            or then["value"] <= 0
            or not group["train_s"] > 0
        ):
            continue
        rows.append(
            {
                "entry": group["entry"],
                "name": card["name"],
                "family": group["family"],
                "year": card["year"],
                "then_s": then["value"] * 3600,
                "hardware_then": str(hardware["value"]) if hardware else "",
                "source": then["source"],
                "confidence": then["confidence"],
                "now_s": group["train_s"],
                "recipe": group["recipe"],
                "tier": group["tier"],
                "machine": group["machine"],
                "backend": group["backend"],
                "same_work": then["variant"] == group["variant"] and _answers_a_claim(results, group),
            }
        )
    return pd.DataFrame(rows)


def _answers_a_claim(results: Results, group: dict[Any, Any]) -> bool:
    """Whether a group learned from its paper's data with the whole schedule: it answers a claim in full."""
    claims = results.claims[results.claims["verdict"].isin(("reproduced", "exceeded", "missed"))]
    for key in ("entry", *GROUP_KEY):
        claims = claims[claims[key] == group[key]]
    return bool(len(claims))


def draw(results: Results) -> list[Drawn]:
    """One row per entry that did the work of its paper: a line from now to then."""
    from matplotlib.lines import Line2D

    every = times(results)
    every = every[every["same_work"]] if len(every) else every
    if every.empty:
        return []
    shown, cut = style.first_rows(every)
    figure, axes = style.rows_figure(len(shown), left=2.6, height=0.34, bottom=0.3)
    axes.set_xscale("log")
    for i, row in enumerate(shown.to_dict("records")):
        colour = style.colour(row["family"])
        axes.plot([row["now_s"], row["then_s"]], [i, i], color=colour, linewidth=1.3, alpha=0.6)
        axes.scatter(
            row["then_s"],
            i,
            s=44,
            marker=style.marker(row["family"]),
            facecolors="none",
            edgecolors=colour,
            linewidths=1.3,
            zorder=3,
        )
        axes.scatter(row["now_s"], i, s=44, marker=style.marker(row["family"]), color=colour, zorder=3)
    both = shown[["then_s", "now_s"]]
    low, high = both.min().min() / 2, both.max().max() * 2
    axes.set_xlim(low, high)
    kept = [tick for tick in (TICKS if high / low > 1e6 else TICKS | BETWEEN) if low <= tick <= high]
    style.set_ticks(axes.xaxis, sorted(kept), [(TICKS | BETWEEN)[tick] for tick in sorted(kept)])
    many = shown["machine"].nunique() > 1
    style.row_labels(
        axes,
        [
            style.row_name(
                f"{row['year']} {row['name']}", row["recipe"] + (f" ({row['machine']})" if many else ""), 42
            )
            for row in shown.to_dict("records")
        ],
    )
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            color=style.INK,
            markersize=6,
            label="now: training clock, median over runs",
        ),
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            markerfacecolor="none",
            color=style.INK,
            markersize=6,
            label="then: as published",
        ),
    ]
    style.legend(axes, handles)
    # The fullest tier says most: its data and schedule come nearest to the paper's.
    fullest = shown[shown["tier"] == max(shown["tier"], key=TIERS.index)]
    top = (
        fullest.assign(gain=fullest["then_s"] / fullest["now_s"])
        .sort_values("gain", kind="stable")
        .to_dict("records")[-1]
    )
    caption = (
        f"Training time then and now: {clip(top['name'], 40)} took {duration(top['then_s'])} in "
        f"{top['year']} "
        f"({clip(top['hardware_then'], 80) or 'hardware not stated'}) and {duration(top['now_s'])} here "
        f"({top['recipe']}, {top['tier']} tier)."
    )
    data = every.drop(columns=["name", "same_work"])
    return [Drawn("time_then_and_now", figure, caption + cut, caption, data)]
