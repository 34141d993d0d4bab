"""What stands for an entry where there is room for one thing only: one measure, and one group of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.spec import TIERS
from report.grouping import GROUP

if TYPE_CHECKING:
    from report.results import Results


def measures(results: Results) -> dict[tuple[str, str, str], str]:
    """(entry, recipe, tier) -> the measure shown first.

    It is the measure of a claim on the recipe's data, otherwise that of the recipe's floor, otherwise that of
    another claim, otherwise the first of the task's measures that is not a loss. What is measured on the
    training examples (`train_...`) comes after all that is measured on the test split.
    """
    chosen: dict[tuple[str, str, str], str] = {}
    key: Any
    for key, rows in results.final_measures.groupby(["entry", "recipe", "tier"], sort=True):
        spec = results.specs[rows["spec_id"].iloc[0]]
        order = [measure["name"] for measure in spec["measures"]]
        reported = sorted(
            rows["measure"].unique(),
            key=lambda name: (
                _on_training_examples(name),
                "loss" in name,
                order.index(name) if name in order else len(order),
                name,
            ),
        )
        claims = results.entries[key[0]]["claims"]
        answered = (rows["dataset"].iloc[0], rows["variant"].iloc[0])
        wanted = [
            *(claim["metric"] for claim in claims if (claim["dataset"], claim["variant"]) == answered),
            spec["recipe"]["floor"],
            *(claim["metric"] for claim in claims),
        ]
        wanted = [name for name in wanted if name in reported]
        chosen[key] = min([*wanted, reported[0]], key=_on_training_examples)
    return chosen


def _on_training_examples(measure: str) -> bool:
    return measure.startswith("train_")


def representatives(results: Results) -> pd.DataFrame:
    """The one group of each entry and machine that stands for it: rows of `results.groups`.

    It is the first of `ranked` among the groups with runs that ended well. If a recipe has several versions,
    the installed catalogue's counts; of several sources, the last to run.
    """
    groups = results.groups
    groups = groups.assign(current=[not results.specs[id]["older"] for id in groups["spec_id"]])
    groups = groups[groups["ok"] > 0].sort_values(["current", "started"], ascending=False, kind="stable")
    versions = ("spec_hash", "version", "source_sha256")
    groups = ranked(results, groups.drop_duplicates([key for key in GROUP if key not in versions]))
    return results.in_order(groups.drop_duplicates(["entry", "machine"]))


def foremost(results: Results) -> pd.DataFrame:
    """The one group that stands for each entry, among all machines: rows of `representatives`.

    It is of the question that is the first of `ranked`; if several machines answered that, of the one with
    the most runs that ended well, otherwise of the first machine.
    """
    best = ranked(results, results.representatives)
    question = best["spec_id"].map({id: spec["question"] for id, spec in results.specs.items()})
    alike = best[question == question.groupby(best["entry"]).transform("first")]
    most = results.in_order(alike).sort_values("ok", ascending=False, kind="stable")
    return results.in_order(most.drop_duplicates("entry"))


def ranked(results: Results, groups: pd.DataFrame) -> pd.DataFrame:
    """Rows of `results.groups` by how well they stand for their entries.

    The paper's own variant comes first, then a recipe of the installed catalogue before older ones, then the
    fullest tier, as on tracks; then data that a claim is about, then real data before generated data, then
    the longest training.
    """
    claimed = {
        (id, claim["dataset"], claim["variant"])
        for id, card in results.entries.items()
        for claim in card["claims"]
        if not claim["not_comparable"]
    }
    answered = zip(groups["entry"], groups["dataset"], groups["variant"], strict=True)
    groups = groups.assign(
        tier_rank=groups["tier"].map(TIERS.index),
        own_variant=groups["variant"] == "",
        current=[not results.specs[id]["older"] for id in groups["spec_id"]],
        claimed=[key in claimed for key in answered],
        real_data=[not results.specs[id]["dataset"]["procedural"] for id in groups["spec_id"]],
    )
    keys = ["own_variant", "current", "tier_rank", "claimed", "real_data", "train_s"]
    return groups.sort_values(keys, ascending=False, kind="stable", na_position="last")
