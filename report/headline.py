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

    It is the first of `ranked` among the groups with runs that ended well. If a recipe has several versions,
    the installed catalogue's counts; of several sources, the last to run.
    """
    groups = results.groups
    groups = groups.assign(current=[not results.specs[id]["older"] for id in groups["spec_id"]])
    groups = groups[groups["ok"] > 0].sort_values(["current", "started"], ascending=False, kind="stable")
    versions = ("spec_hash", "version", "source_sha256")
    groups = ranked(results, groups.drop_duplicates([key for key in GROUP if key not in versions]))
    return results.in_order(groups.drop_duplicates(["entry", "machine"]))


def ranked(results: Results, groups: pd.DataFrame) -> pd.DataFrame:
    """Rows of `results.groups` by how well they stand for their entries.

    The fullest tier comes first, then the paper's own variant, then data that a claim is about, then real
    data before generated data, then the longest training.
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
        claimed=[key in claimed for key in answered],
        real_data=[not results.specs[id]["dataset"]["procedural"] for id in groups["spec_id"]],
    )
    keys = ["tier_rank", "own_variant", "claimed", "real_data", "train_s"]
    return groups.sort_values(keys, ascending=False, kind="stable", na_position="last")
