"""Training examples per second: one row per entry, one point per run."""

import pandas as pd

from benchmarks.records import clip
from report import style
from report.formats import number
from report.results import Results
from report.style import DARK2, Drawn


def draw(results: Results) -> list[Drawn]:
    """The representative recipe of each entry."""
    import seaborn

    rates = results.throughput
    chosen = results.representatives[["entry", "machine", "spec_hash", "source_sha256"]]
    rates = rates.merge(chosen, on=["entry", "machine", "spec_hash", "source_sha256"])
    rates = rates[rates["examples_per_s"] > 0]
    if rates.empty:
        return []
    timed = set(rates["entry"])
    rows, cut = style.first_rows(pd.DataFrame({"entry": [id for id in results.entries if id in timed]}))
    entries = rows["entry"].tolist()
    every = rates
    rates = _thinned(rates[rates["entry"].isin(entries)])
    rates["row"] = rates["entry"].map({id: i for i, id in enumerate(entries)})
    machines = [letter for letter in results.machines["machine"] if letter in set(rates["machine"])]
    figure, axes = style.rows_figure(len(entries), left=style.LABELS, height=style.TWO_LINES)
    axes.set_xscale("log")
    palette = {machine: DARK2[i % len(DARK2)] for i, machine in enumerate(machines)}
    single = len(machines) == 1
    if single:
        palette = {f: style.colour(f) for f in rates["family"].unique()}
        seaborn.scatterplot(
            rates,
            x="examples_per_s",
            y="row",
            hue="family",
            style="family",
            ax=axes,
            s=30,
            legend=False,
            palette=palette,
            markers={f: style.marker(f) for f in palette},
            linewidth=0,
            alpha=0.8,
        )
    else:
        seaborn.scatterplot(
            rates,
            x="examples_per_s",
            y="row",
            hue="machine",
            style="machine" if len(machines) <= 12 else None,
            ax=axes,
            s=30,
            palette=palette,
            legend="auto" if len(machines) <= 12 else False,
            hue_order=machines,
            style_order=machines if len(machines) <= 12 else None,
            linewidth=0,
            alpha=0.8,
        )
        if len(machines) <= 12:
            axes.legend(
                loc="lower left",
                bbox_to_anchor=(-0.4 if len(machines) > 6 else 0, 1),
                ncols=12,
                title=None,
                borderaxespad=0.3,
                handletextpad=0.2,
                columnspacing=0.8,
            )
    style.powers(axes.xaxis)
    axes.set_xlabel("training examples per second")
    axes.set_ylabel("")
    recipes = rates.drop_duplicates("entry").set_index("entry")["recipe"]
    style.row_labels(axes, [style.two_lines(results.entries[id]["name"], recipes[id]) for id in entries])
    drawn = every[every["entry"].isin(entries)]
    middle = drawn.groupby(["entry", "machine"])["examples_per_s"].median().sort_values(kind="stable")
    caption = (
        f"Training examples per second: {_range(results, middle)}, "
        "medians over the steady legs and then the runs of the recipe that stands for each entry."
    )
    more = " They exclude compilation, the first leg, evaluation and checkpoints."
    if len(rates) < len(drawn):
        more += f" Of more than {style.MOST_POINTS} runs of an entry on a machine, as many are drawn."
    data = every[["entry", "recipe", "tier", "backend", "machine", "seed", "examples_per_s"]].sort_values(
        ["entry", "machine", "seed"]
    )
    return [Drawn("throughput", figure, caption + more + cut, caption, data)]


def _thinned(rates: pd.DataFrame) -> pd.DataFrame:
    """Not more rows of each entry on each machine than can be drawn, spread over their rates."""
    parts = [
        rows[["entry", "family", "recipe", "machine"]]
        .head(style.MOST_POINTS)
        .assign(examples_per_s=style.thinned(rows["examples_per_s"].tolist()))
        for _, rows in rates.groupby(["entry", "machine"], sort=False)
    ]
    return pd.concat(parts, ignore_index=True)


def _range(results: Results, middle: "pd.Series[float]") -> str:
    """The least and the greatest of medians by entry and machine, with what each is of."""

    def named(i: int) -> str:
        entry, machine = middle.index[i]
        where = f", machine {machine}" if len(results.machines) > 1 else ""
        return f"{number(middle.iloc[i])} ({clip(results.entries[entry]['name'], 40)}{where})"

    return named(0) if len(middle) == 1 else f"from {named(0)} to {named(-1)}"
