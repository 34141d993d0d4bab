"""The claims of the entries' cards, each with every group of seeds that answers it, and the verdict."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.spec import TIERS
from report import statistics, verdicts

if TYPE_CHECKING:
    from report.results import Results

#: fields of a claim that its rows carry as they are
KEPT = (
    "dataset",
    "variant",
    "metric",
    "unit",
    "direction",
    "statistic",
    "of",
    "where",
    "source",
    "confidence",
)
#: whose runs answer
WHO = (
    "recipe",
    "tier",
    "backend",
    "precision",
    "matmul_precision",
    "threads",
    "version",
    "spec_hash",
    "source_sha256",
    "machine",
)
COLUMNS = (
    *("entry", "name", "year", "family"),
    *(
        "dataset",
        "variant",
        "metric",
        "unit",
        "direction",
        "statistic",
        "of",
        "claimed",
        "tolerance",
        "tolerance_why",
    ),
    *("where", "source", "confidence", *WHO),
    *(
        "values",
        "ours",
        "median",
        "low",
        "high",
        "n",
        "verdict",
        "indicative",
        "reached",
        "reason",
        "missed_because",
        "evidence",
    ),
)


def claims(results: Results) -> pd.DataFrame:
    """One row per claim and group of seeds that answers it, with `COLUMNS`.

    `ours` is our number of the claim's kind, `low` and `high` the ends of its interval or range; `indicative` marks a verdict that rests
    on a single run; `reached`, null but for *partial* ones, says whether the shorter recipe reached the number;
    `missed_because` and `evidence` are those of the card, and empty but for what is missed.
    """
    rows = []
    answers = dict(list(results.final.groupby(["entry", "dataset", "variant"], sort=True)))
    runs = dict(list(results.runs.groupby(["entry", "dataset", "variant"], sort=True)))
    for id, card in results.entries.items():
        for claim in card["claims"]:
            slack, why = verdicts.tolerance(claim)
            base = {
                **{
                    "entry": id,
                    "name": card["name"],
                    "year": card["year"],
                    "family": card["family"],
                    "claimed": claim["value"],
                },
                **{key: claim[key] for key in KEPT},
                **{
                    "tolerance": slack,
                    "tolerance_why": why,
                    **dict.fromkeys(WHO, ""),
                    "threads": None,
                    "values": [],
                },
                **{
                    "ours": None,
                    "median": None,
                    "low": None,
                    "high": None,
                    "n": 0,
                    "indicative": False,
                    "reached": None,
                },
                **{"missed_because": "", "evidence": ""},
            }
            key = (id, claim["dataset"], claim["variant"])
            if claim["not_comparable"]:
                rows.append({**base, "verdict": "not comparable", "reason": claim["not_comparable"]})
                continue
            if key not in answers or not (answers[key]["measure"] == claim["metric"]).any():
                rows.append(
                    {
                        **base,
                        "verdict": "not comparable",
                        "reason": unanswered(claim, runs.get(key), key in answers),
                    }
                )
                continue
            found = answers[key][answers[key]["measure"] == claim["metric"]]
            for machine in results.machines["machine"]:
                mine = found[found["machine"] == machine]
                # of each machine the fullest tier answers, and every other difference answers for itself
                for who, group in mine[
                    mine["tier"] == max(mine["tier"], key=TIERS.index, default="")
                ].groupby(list(WHO), sort=True):
                    rows.append(
                        _answered(results, {**base, **dict(zip(WHO, who, strict=True))}, claim, group)
                    )
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame[["ours", "median", "low", "high"]] = frame[["ours", "median", "low", "high"]].astype(float)
    return frame.assign(
        indicative=frame["indicative"].astype(bool),
        reached=frame["reached"].astype("boolean"),
        of=frame["of"].astype("Int64"),
        threads=frame["threads"].astype("Int64"),
    )


def _answered(
    results: Results, row: dict[str, Any], claim: dict[str, Any], group: pd.DataFrame
) -> dict[str, Any]:
    """The row of a claim that this group of seeds answers."""
    values = group.sort_values("seed", kind="stable")["value"].tolist()
    middle = statistics.median(values)
    row = {
        **row,
        **{"values": values, "n": len(values), "median": middle.median if middle else None},
        **_judged(claim, values, results.recipe(group["spec_id"].iloc[0]), group["unit"].iloc[0]),
    }
    if row["verdict"] == "missed":
        row |= {"missed_because": claim["missed_because"], "evidence": claim["evidence"]}
    return row


def _judged(claim: dict[str, Any], values: list[float], recipe: dict[str, Any], unit: str) -> dict[str, Any]:
    """The judgement on one group of seeds, after what its recipe says of it."""
    step = recipe["evaluate_every"] if claim["metric"] == "epochs_to_criterion" else 0
    row = dataclasses.asdict(verdicts.judge(claim, values, step))
    if unit != claim["unit"]:
        reason = f"the claim is in {claim['unit'] or 'no unit'}, the measure in {unit or 'no unit'}"
        return row | {"verdict": "not comparable", "reason": reason, "indicative": False}
    if recipe["limit"] is not None:
        return row | {
            "verdict": "not comparable",
            "reason": f"trained on {recipe['limit']:,} examples only",
            "indicative": False,
        }
    if recipe["shortened"]:
        reached = row["verdict"] != "missed"
        said = "reached" if reached else "not reached"
        return row | {
            "verdict": "partial",
            "reached": reached,
            "reason": f"{said} by a shorter recipe ({recipe['shortened']}): {row['reason']}",
        }
    return row


def unanswered(claim: dict[str, Any], runs: pd.DataFrame | None, measured: bool) -> str:
    """Why no run answers a claim."""
    what = claim["dataset"] + (f", variant {claim['variant']}" if claim["variant"] else "")
    if runs is None:
        return f"no run on this data set in these results ({what})"
    if measured:
        return f"the runs on {what} do not report {claim['metric'].replace('_', ' ')}"
    statuses = ", ".join(f"{n} {status}" for status, n in runs["status"].value_counts().sort_index().items())
    return f"no run on {what} ended well ({statuses})"
