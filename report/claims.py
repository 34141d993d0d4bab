"""The claims of the entries' cards, each with every group of seeds that answers it, and the verdict."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.spec import TIERS
from report import statistics, verdicts
from report.formats import several, with_unit

if TYPE_CHECKING:
    from report.results import Results

#: fields of a claim that its rows carry unchanged
FROM_CLAIM = (
    *("dataset", "variant", "metric", "unit", "direction", "statistic", "of", "where", "source"),
    "confidence",
)
#: columns that tell one claim from another; a row also says which runs answer
CLAIM = ["entry", "dataset", "variant", "metric", "unit", "claimed", "where"]
#: columns of runs that identify which runs answer
ANSWERING = (
    *("recipe", "tier", "backend", "precision", "matmul_precision", "threads", "devices"),
    *("version", "spec_hash", "source_sha256", "machine"),
)
COLUMNS = (
    *("entry", "name", "year", "family"),
    *("dataset", "variant", "metric", "unit", "direction", "statistic", "of", "claimed", "tolerance"),
    *("tolerance_why", "where", "source", "confidence"),
    *ANSWERING,
    *("values", "ours", "median", "low", "high", "n", "verdict", "indicative", "reached", "reason"),
    *("missed_because", "evidence", "unanswered"),
)


def claims(results: Results) -> pd.DataFrame:
    """One row per claim and group of seeds that answers it, with `COLUMNS`.

    `ours` is our number of the claim's kind, `low` and `high` are the ends of its interval or range;
    `indicative` marks a verdict on a single run; `reached`, null except for *partial* verdicts, says whether
    the shorter recipe reached the number; `missed_because` and `evidence` come from the card, and are empty
    except for missed claims. `unanswered` says what kind of reason keeps a claim from being compared, one of
    `verdicts.UNANSWERED`, and is empty if it is compared.
    """
    answers = dict(list(results.final_measures.groupby(["entry", "dataset", "variant"], sort=True)))
    runs = dict(list(results.runs.groupby(["entry", "dataset", "variant"], sort=True)))
    rows = []
    for id, card in results.entries.items():
        for claim in card["claims"]:
            key = (id, claim["dataset"], claim["variant"])
            rows += _rows_of(results, id, claim, answers.get(key), runs.get(key))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame[["ours", "median", "low", "high"]] = frame[["ours", "median", "low", "high"]].astype(float)
    return frame.assign(
        indicative=frame["indicative"].astype(bool),
        reached=frame["reached"].astype("boolean"),
        of=frame["of"].astype("Int64"),
        **{name: frame[name].astype("Int64") for name in ("threads", "devices")},
    )


def settled(claims: pd.DataFrame) -> pd.DataFrame:
    """One row of `claims` for each claim, in their order: the answer that counts where there is room for one.

    It is by the present recipe rather than an older one, in the fullest tier, of the most runs; of equals the
    first machine's.
    """
    ranked = claims.assign(
        compared=claims["verdict"] != "not comparable",
        present=~claims["version"].str.startswith("older"),
        fullness=[TIERS.index(tier) if tier else -1 for tier in claims["tier"]],
    ).sort_values(["compared", "present", "fullness", "n"], ascending=False, kind="stable")
    return claims.loc[ranked.drop_duplicates(CLAIM).index.sort_values()]


def ours_in_words(row: Mapping[Any, Any]) -> str:
    """Our number in a row of `claims` with its unit; if it is infinite, how many runs never got there."""
    if not pd.isna(row["ours"]):
        return with_unit(row["ours"], row["unit"])
    never = sum(not math.isfinite(value) for value in row["values"])
    return f"not reached by {never} of {several(row['n'], 'run')}"


def _rows_of(
    results: Results,
    entry: str,
    claim: dict[str, Any],
    answers: pd.DataFrame | None,
    runs: pd.DataFrame | None,
) -> list[dict[str, Any]]:
    """The rows of one claim: a single one if nothing answers it."""
    row = _unanswered_row(entry, results.entries[entry], claim)
    if claim["not_comparable"]:
        return [
            {
                **row,
                **{"verdict": "not comparable", "reason": claim["not_comparable"]},
                "unanswered": verdicts.CARD_SAYS,
            }
        ]
    if answers is None or not (answers["measure"] == claim["metric"]).any():
        statuses = (
            None if runs is None else {str(status): n for status, n in runs["status"].value_counts().items()}
        )
        kind, reason = verdicts.why_unanswered(claim, statuses, answers is not None)
        return [{**row, "verdict": "not comparable", "reason": reason, "unanswered": kind}]
    answers = answers[answers["measure"] == claim["metric"]]
    rows = []
    for machine in results.machines["machine"]:
        # On each machine the fullest tier answers; runs that differ in anything else answer separately.
        here = answers[answers["machine"] == machine]
        here = here[here["tier"] == max(here["tier"], key=TIERS.index, default="")]
        for key, group in here.groupby(list(ANSWERING), sort=True):
            rows.append(_answered_row(results, row | dict(zip(ANSWERING, key, strict=True)), claim, group))
    return rows


def _unanswered_row(entry: str, card: dict[str, Any], claim: dict[str, Any]) -> dict[str, Any]:
    """What is known about a claim without any run."""
    tolerance, tolerance_why = verdicts.tolerance(claim)
    return {
        **{"entry": entry, "name": card["name"], "year": card["year"], "family": card["family"]},
        **{key: claim[key] for key in FROM_CLAIM},
        **{"claimed": claim["value"], "tolerance": tolerance, "tolerance_why": tolerance_why},
        **dict.fromkeys(ANSWERING, ""),
        **{
            "threads": None,
            "devices": None,
            "values": [],
            "ours": None,
            "median": None,
            "low": None,
            "high": None,
        },
        **{"n": 0, "indicative": False, "reached": None, "missed_because": "", "evidence": ""},
        "unanswered": "",
    }


def _answered_row(
    results: Results, row: dict[str, Any], claim: dict[str, Any], group: pd.DataFrame
) -> dict[str, Any]:
    """The row of a claim that this group of seeds answers."""
    values = group.sort_values("seed", kind="stable")["value"].tolist()
    estimate = statistics.median(values)
    recipe = results.recipe(group["spec_id"].iloc[0])
    judgement = verdicts.judge_runs(claim, values, recipe, group["unit"].iloc[0])
    row = row | dataclasses.asdict(judgement)
    row |= {"values": values, "n": len(values), "median": estimate.median if estimate else None}
    if judgement.verdict == "not comparable":
        row["unanswered"] = verdicts.PROTOCOL
    if judgement.verdict == "missed":
        row |= {"missed_because": claim["missed_because"], "evidence": claim["evidence"]}
    return row
