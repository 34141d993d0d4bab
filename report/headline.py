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
    another claim, otherwise the first of the task's measures that is not a loss.
    """
    chosen: dict[tuple[str, str, str], str] = {}
    key: Any
    for key, rows in results.final_measures.groupby(["entry", "recipe", "tier"], sort=True):
        spec = results.specs[rows["spec_id"].iloc[0]]
        order = [measure["name"] for measure in spec["measures"]]
        reported = sorted(
            rows["measure"].unique(),
            key=lambda name: ("loss" in name, order.index(name) if name in order else len(order), name),
        )
        claims = results.entries[key[0]]["claims"]
        answered = (rows["dataset"].iloc[0], rows["variant"].iloc[0])
        wanted = [
            *(claim["metric"] for claim in claims if (claim["dataset"], claim["variant"]) == answered),
            spec["recipe"]["floor"],
            *(claim["metric"] for claim in claims),
        ]
        chosen[key] = next((name for name in wanted if name in reported), reported[0])
    return chosen


def representatives(results: Results) -> pd.DataFrame:
    """The one group of each entry and machine that stands for it: rows of `results.groups`.

    Among the groups with runs that ended well it is the one with the fullest tier, then the paper's own
    variant, then data that a claim is about, then real data before generated data, then the longest training.
    If a recipe has several versions, the installed catalogue's counts; of several sources, the last to run.
    """
    groups = results.groups
    groups = groups.assign(current=[not results.specs[id]["older"] for id in groups["spec_id"]])
    groups = groups[groups["ok"] > 0].sort_values(["current", "started"], ascending=False, kind="stable")
    versions = ("spec_hash", "version", "source_sha256")
    groups = groups.drop_duplicates([key for key in GROUP if key not in versions])
    claimed = {
        (id, claim["dataset"], claim["variant"])
        for id, card in results.entries.items()
        for claim in card["claims"]
        if not claim["not_comparable"]
    }
    groups["tier_rank"] = groups["tier"].map(TIERS.index)
    groups["own_variant"] = groups["variant"] == ""
    groups["claimed"] = [
        key in claimed for key in zip(groups["entry"], groups["dataset"], groups["variant"], strict=True)
    ]
    groups["real_data"] = [not results.specs[id]["dataset"]["procedural"] for id in groups["spec_id"]]
    groups = groups.sort_values(
        ["tier_rank", "own_variant", "claimed", "real_data", "train_s"],
        ascending=False,
        kind="stable",
        na_position="last",
    )
    return results.in_order(groups.drop_duplicates(["entry", "machine"]))
