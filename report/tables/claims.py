"""The tables of claims: every published number with its verdict, and the claims that are missed."""

import pandas as pd

from report import verdicts
from report.results import Results
from report.tables.columns import Column, Table, distinguishing, provenance_of

#: cause of a miss for which the card has none
NOT_STATED = "not stated"


def claims(results: Results) -> Table:
    """Every claim of the cards, with what the runs say about it."""
    frame = results.claims.copy()
    frame["values"] = ["; ".join(f"{value:.6g}" for value in values) for values in frame["values"]]
    frame["basis"] = ["one run" if indicative else "" for indicative in frame["indicative"]]
    frame["printed"] = [
        statistic + (f" of {of}" if pd.notna(of) else "") + (", two-sided" if direction == "equal" else "")
        for statistic, of, direction in zip(frame["statistic"], frame["of"], frame["direction"], strict=True)
    ]
    frame["provenance"] = provenance_of(results, frame)
    frame["missed_because"] = frame["missed_because"].mask(
        (frame["verdict"] == "missed") & (frame["missed_because"] == ""), NOT_STATED
    )
    # First what is answered; within that, the entries keep their order.
    frame = frame.sort_values("verdict", key=lambda verdict: verdict == "not comparable", kind="stable")
    columns = (
        Column("entry", "entry", "entry"),
        Column("verdict", "verdict", "verdict", filterable=True, link="provenance"),
        *([Column("basis", "indicative", filterable=True)] if frame["indicative"].any() else []),
        Column("dataset", "data set", filterable=True),
        *([Column("variant", "variant")] if frame["variant"].any() else []),
        Column("metric", "measure", "words"),
        Column("claimed", "claimed", "number"),
        Column("ours", "ours", "number", link="provenance"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("unit", "unit"),
        Column("n", "n", "count"),
        *distinguishing(results),
        Column("reason", "reason"),
        *([Column("unanswered", "not compared", filterable=True)] if frame["unanswered"].any() else []),
        *([Column("missed_because", "cause", filterable=True)] if frame["missed_because"].any() else []),
        Column("printed", "printed as"),
        Column("tolerance", "tolerance", "number"),
        Column("tolerance_why", "tolerance is"),
        Column("confidence", "source", "confidence", filterable=True),
        Column("where", "printed in"),
        Column("family", "family", filterable=True),
    )
    return Table(
        "claims",
        "Every published number in the cards, and what the runs say about it. “Ours” is our number of the "
        "same kind as the printed one; “from” and “to” are its 95% interval, or the range of the runs if "
        "there are "
        f"fewer than {verdicts.FEWEST}. A verdict on a single run is indicative. A two-sided "
        "claim can be missed by being too high or too low.",
        columns,
        frame,
    )


def misses(results: Results) -> Table:
    """The claims that the runs miss, with their causes."""
    frame = results.claims
    frame = frame[frame["verdict"] == "missed"].drop(columns="values").reset_index(drop=True)
    frame["missed_because"] = frame["missed_because"].replace("", NOT_STATED)
    columns = (
        Column("entry", "entry", "entry"),
        Column("dataset", "data set"),
        *([Column("variant", "variant")] if frame["variant"].any() else []),
        Column("metric", "measure", "words"),
        Column("claimed", "claimed", "number"),
        Column("ours", "ours", "number"),
        Column("unit", "unit"),
        Column("missed_because", "because", filterable=True),
        Column("evidence", "evidence"),
        Column("reason", "runs"),
        *distinguishing(results),
    )
    return Table(
        "misses",
        "The claims that the runs miss, and why, as far as the published reference runs show it. A cause "
        "that is only suspected is marked as such. “Ours” is blank if too many runs never reached the "
        "criterion.",
        columns,
        frame,
    )
