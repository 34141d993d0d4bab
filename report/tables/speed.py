"""The table of the speed benchmark."""

from pathlib import Path

import pandas as pd

from benchmarks.records import clean, clip
from report import statistics
from report.tables.columns import Column, Table
from report.tables.comparisons import FROM_AND_TO

#: columns of the file of rounds
REQUIRED = ("model", "contender", "backend", "round", "examples_per_s")
_COLUMNS = ("model", "contender", "backend", "precision", "median", "ratio", "low", "high", "n", "against")


def speed(path: Path) -> Table:
    """Medians and ratios of the speed benchmark. Raises ValueError if the file of rounds lacks a column."""
    rounds = pd.read_csv(path)
    if missing := [name for name in REQUIRED if name not in rounds.columns]:
        raise ValueError(
            f"{path}: column {missing[0]!r} is missing; "
            f"a file of the speed benchmark has {', '.join(REQUIRED)}"
        )
    rounds["examples_per_s"] = pd.to_numeric(rounds["examples_per_s"], errors="coerce")
    rounds["backend"] = rounds["backend"].fillna("")
    if "precision" not in rounds:  # until it could be chosen
        rounds["precision"] = ""
    rows = []
    for model, part in rounds.groupby("model", sort=False):
        rows += _rows_of(str(model), part)
    columns = (
        Column("model", "model", filterable=True),
        Column("contender", "contender", filterable=True),
        Column("backend", "backend", filterable=True),
        Column("precision", "precision"),
        Column("median", "examples/s", "number"),
        Column("ratio", "ratio", "number"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "rounds", "count"),
        Column("against", "ratio to"),
    )
    return Table(
        "speed",
        "The speed benchmark: training examples per second, medians over interleaved rounds, and the ratio "
        "to the "
        f"contender in the last column, round by round. {FROM_AND_TO}",
        columns,
        pd.DataFrame(rows, columns=list(_COLUMNS)),
    )


def _rows_of(model: str, rounds: pd.DataFrame) -> list[dict[str, object]]:
    """The contenders on one model, each with its ratio to the default, otherwise to the slowest."""
    by_contender = {
        key: group.groupby("round")["examples_per_s"].median()
        for key, group in rounds.groupby(["contender", "backend", "precision"], sort=False)
    }
    estimates = {key: statistics.median(values.tolist()) for key, values in by_contender.items()}
    known = {key: estimate for key, estimate in estimates.items() if estimate}
    if not known:
        return []
    base = next(
        (key for key in known if "default" in str(key[0]).lower()),
        min(known, key=lambda key: known[key].median),
    )
    rows = []
    for key, estimate in known.items():
        # The contenders of one round met the same machine in the same state.
        pairs = pd.concat([by_contender[key], by_contender[base]], axis=1, join="inner")
        ratio = statistics.compare_pairs(list(pairs.itertuples(index=False, name=None)), ratio=True)
        rows.append(
            {
                "model": clip(clean(model), 80),
                "contender": clip(clean(str(key[0])), 80),
                "backend": clip(clean(str(key[1])), 40),
                "precision": clip(clean(str(key[2])), 40),
                "median": estimate.median,
                "ratio": ratio.effect if ratio else None,
                "low": ratio.low if ratio else None,
                "high": ratio.high if ratio else None,
                "n": estimate.n,
                "against": clip(clean(" ".join(map(str, base[:2])).strip()), 80),
            }
        )
    return rows
