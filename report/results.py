"""The results that a report is made of, with the frames that figures, tables and pages share."""

import hashlib
import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import records
from benchmarks.spec import TIERS
from report import (
    addresses,
    batch_sizes,
    cards,
    claims,
    comparisons,
    energy,
    headline,
    rates,
    roofline,
    speed_ups,
    tracks,
)
from report.grouping import GROUP, GROUP_KEY

#: columns of runs that hold clocks -> what they are called
CLOCKS = dict(zip(records.CLOCKS, records.CLOCK_NAMES, strict=True))


@dataclass(frozen=True)
class Results:
    """One or more bundles as the report reads them: `report.loading` makes it.

    `runs` (one row per execution), `epochs`, `measures` and `machines` are the bundle's tables with cleaned
    strings. Runs and machines also have `machine`, a letter; runs have a `version`; machines have `names`,
    a price, their best ceilings, and the number of `bundles` they appear in.

    `specs` maps a spec id to {entry, recipe, dataset, measures, layers}, each in the form of `report.cards`,
    with `question`, a hash of what was asked whatever it ran on; `version`, what distinguishes it from other
    questions with the same recipe name; and `older`, whether the catalogue has another recipe of that name.
    Specs are in the order in which the bundles were named.

    `doubts` are sentences about numbers that no run can have produced, whose executions are left out, or
    that are hard to believe. `bundles` is the number of bundles, and `union` what they hold together: every
    execution, with all texts and numbers as they were read. `installed` maps entry ids to the cards of the
    installed catalogue.
    """

    runs: pd.DataFrame
    epochs: pd.DataFrame
    measures: pd.DataFrame
    machines: pd.DataFrame
    specs: dict[str, dict[str, Any]]
    pictures: dict[str, Any]
    history: pd.DataFrame
    union: records.Bundle
    bundles: int = 1
    installed: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubts: tuple[records.Doubt, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the results: of every run's id, final weights and status."""
        columns = (self.runs[name] for name in ("run_id", "weights_sha256", "status"))
        return hashlib.sha256(repr(sorted(zip(*columns, strict=True))).encode()).hexdigest()[:16]

    @cached_property
    def entries(self) -> dict[str, dict[str, Any]]:
        """Entry id -> card, by year, then id.

        A card comes from the installed catalogue, otherwise from the first bundle named that has the entry.
        So a bundle from elsewhere never changes what is said about one's own runs.
        """
        shown: dict[str, dict[str, Any]] = {}
        for spec in self.specs.values():
            id = spec["entry"]["id"]
            if id not in shown:
                shown[id] = self.installed.get(id, spec["entry"])
        return dict(sorted(shown.items(), key=lambda item: (item[1]["year"], item[0])))

    @cached_property
    def differing(self) -> list[str]:
        """Ids of entries whose card in a bundle makes other claims than the card shown, in entry order."""
        other = {
            spec["entry"]["id"]
            for spec in self.specs.values()
            if cards.claims_made(spec["entry"]) != cards.claims_made(self.entries[spec["entry"]["id"]])
        }
        return [id for id in self.entries if id in other]

    def recipe(self, spec_id: str) -> dict[str, Any]:
        """The recipe of a spec.

        If the installed entry has the same recipe, the installed one says what it omits from the paper's
        procedure, and how many settings it was chosen from.
        """
        recipe: dict[str, Any] = self.specs[spec_id]["recipe"]
        for candidate in self.installed.get(self.specs[spec_id]["entry"]["id"], {"recipes": []})["recipes"]:
            if cards.recipe_identity(candidate) == cards.recipe_identity(recipe):
                return {**recipe, "shortened": candidate["shortened"], "tries": candidate["tries"]}
        return recipe

    @cached_property
    def datasets(self) -> dict[str, dict[str, Any]]:
        """Data set id -> card, by id."""
        by_id = {spec["dataset"]["id"]: spec["dataset"] for _, spec in sorted(self.specs.items())}
        return dict(sorted(by_id.items()))

    @cached_property
    def distinct_runs(self) -> pd.DataFrame:
        """One execution of each run: the first that ended well, otherwise the first.

        All executions of a run should end in the same values; `nondeterministic` has those that do not.
        """
        order = self.runs.assign(bad=self.runs["status"] != "ok").sort_values(
            ["bad", "started", "execution_id"], kind="stable"
        )
        return self.runs.loc[order.drop_duplicates(["run_id", "source_sha256"]).index.sort_values()]

    @cached_property
    def addresses(self) -> dict[tuple[str, str], str]:
        """(spec hash, machine letter) -> where the report describes the executions."""
        return addresses.provenance_addresses(self)

    @cached_property
    def closing_measures(self) -> pd.DataFrame:
        """What was measured when training had ended: the rows of `measures` without an epoch.

        A row of the test split that has an epoch is the result of a round, not the final result.
        """
        return self.measures[self.measures["epoch"].isna()].drop(columns="epoch")

    @cached_property
    def final_measures(self) -> pd.DataFrame:
        """Final measures of runs that ended well, one row per run and measure, with the run's columns.

        They are measured on the test split, except for the epochs to a criterion. A run that never reached
        its criterion has a null value and counts as worse than any number: infinity, or minus infinity where
        more is better. A measure that no task describes is the epochs to a criterion: fewer are better.
        """
        columns = [
            *("execution_id", "run_id", "spec_id", "seed", "dataset", "variant", "family", "status"),
            *("weights_sha256", "started", "commit", *GROUP),
        ]
        ended_well = self.distinct_runs.loc[self.distinct_runs["status"] == "ok", columns]
        final = self.closing_measures.merge(ended_well, on="execution_id")
        higher = {
            (id, measure["name"])
            for id, spec in self.specs.items()
            for measure in spec["measures"]
            if measure["direction"] == "higher"
        }
        worst = [
            -math.inf if key in higher else math.inf
            for key in zip(final["spec_id"], final["measure"], strict=True)
        ]
        return final.assign(value=final["value"].fillna(pd.Series(worst, index=final.index, dtype=float)))

    @cached_property
    def final_of_group(self) -> dict[Hashable, pd.DataFrame]:
        """(`GROUP_KEY`, measure) -> its rows of `final_measures`, one per run."""
        return dict(list(self.final_measures.groupby([*GROUP_KEY, "measure"], sort=False)))

    @cached_property
    def measures_on_the_way(self) -> dict[Hashable, pd.DataFrame]:
        """`GROUP_KEY` -> measures taken during training, of one execution per run, with its seed."""
        rows = self.measures.dropna(subset=["epoch"]).merge(
            self.distinct_runs[["execution_id", "seed", *GROUP_KEY]], on="execution_id"
        )
        rows["epoch"] = rows["epoch"].astype(float)
        return dict(list(rows.groupby(GROUP_KEY, sort=False)))

    @cached_property
    def nondeterministic(self) -> pd.DataFrame:
        """Executions of runs that ended well but not identically, on equal machine, software and source.

        The columns are those of `runs`, and `values`: all final measures as text.
        """
        ok = self.runs[self.runs["status"] == "ok"]
        ok = ok[ok.duplicated(["run_id", "source_sha256"], keep=False)]
        final = self.closing_measures[self.closing_measures["execution_id"].isin(ok["execution_id"])]
        texts = (
            (final["measure"] + " " + final["value"].map(repr)).groupby(final["execution_id"]).agg("; ".join)
        )
        ok = ok.assign(values=ok["execution_id"].map(texts).fillna(""))
        outcomes = (
            (ok["weights_sha256"] + ok["values"])
            .groupby([ok["run_id"], ok["source_sha256"]])
            .transform("nunique")
        )
        return self.in_order(ok[outcomes > 1])

    @cached_property
    def legs(self) -> dict[str, rates.Legs]:
        """Execution id -> the legs of its last stage, in training order, for executions that have any.

        Earlier stages train other parts, or other models: only the last one trains the model that is scored.
        """
        epochs = self.epochs.sort_values(["execution_id", "epoch"], kind="stable")
        if "stage" in epochs:
            epochs = epochs[epochs["stage"] == epochs.groupby("execution_id")["stage"].transform("last")]
        ids = epochs["execution_id"].tolist()
        machines = self.machines.set_index(["machine_id", "software_id"])["cores"].astype(float).to_dict()
        where = zip(self.runs["machine_id"], self.runs["software_id"], strict=True)
        cores = dict(zip(self.runs["execution_id"], (machines[key] for key in where), strict=True))
        disturbed = [
            rates.disturbed(other, stolen, available, cores[id], throttled, processes)
            for id, other, stolen, available, throttled, processes in zip(
                ids,
                *(epochs[name].tolist() for name in ("other_cores", "stolen_cores", "available_cores")),
                *(epochs[name].astype(float).tolist() for name in ("throttled", "other_processes")),
                strict=True,
            )
        ]
        examples_per_s = (epochs["examples"] / epochs["train_s"].where(epochs["train_s"] > 0)).tolist()
        warm_up = epochs["warm_up"].astype(bool).tolist()
        starts = [i for i, id in enumerate(ids) if not i or id != ids[i - 1]]
        return {
            ids[i]: rates.Legs(examples_per_s[i:j], warm_up[i:j], disturbed[i:j])
            for i, j in pairwise([*starts, len(ids)])
        }

    @cached_property
    def throughput(self) -> pd.DataFrame:
        """Examples per second of each execution that ended well and has steady legs, with the run's columns.

        `disturbed` is the share of its steady legs that other work disturbed.
        """
        ok = self.runs.loc[self.runs["status"] == "ok", ["execution_id", "run_id", "seed", "family", *GROUP]]
        rows = []
        for id in filter(self.legs.__contains__, ok["execution_id"]):
            steady, flags = rates.steady(self.legs[id])
            if len(steady):
                rows.append((id, float(np.median(steady)), sum(flags) / len(flags) if flags else None))
        frame = pd.DataFrame(rows, columns=["execution_id", "examples_per_s", "disturbed"])
        frame = frame.astype(
            {"execution_id": self.runs["execution_id"].dtype, "examples_per_s": float, "disturbed": float}
        )
        return frame.merge(ok, on="execution_id")

    @cached_property
    def group_rates(self) -> dict[Hashable, rates.Rate]:
        """Throughput of each group (a tuple in the order of `GROUP`) over its executions that ended well."""
        by_group: dict[Hashable, rates.Rate] = {}
        for group, ids in self.throughput.groupby(GROUP, sort=False)["execution_id"]:
            if rate := rates.rate([self.legs[id] for id in ids]):
                by_group[group] = rate
        return by_group

    @cached_property
    def energy(self) -> pd.DataFrame:
        """Energy and money of each execution that ended well and has steady legs: see `report.energy`."""
        return energy.executions(self)

    @cached_property
    def groups(self) -> pd.DataFrame:
        """One row per group of seeds, by year of the entry: runs, executions, runs that are ok, medians."""
        runs = self.runs
        ok = runs["status"] == "ok"
        grouped = runs.assign(ok_run=runs["run_id"].where(ok)).groupby(GROUP, sort=False, as_index=False)
        return self.in_order(
            grouped.agg(
                family=("family", "first"),
                dataset=("dataset", "first"),
                variant=("variant", "first"),
                spec_id=("spec_id", "first"),
                started=("started", "max"),
                runs=("run_id", "nunique"),
                executions=("execution_id", "size"),
                ok=("ok_run", "nunique"),
                train_s=("train_s", "median"),
                total_s=("total_s", "median"),
                parameters=("parameters", "median"),
            )
        )

    @cached_property
    def distinguishing(self) -> list[str]:
        """The columns of `GROUP` that must be shown: results that otherwise look alike differ in them."""
        runs = self.runs
        columns = [
            key
            for key in ("tier", "backend", "precision", "threads", "devices", "version", "machine")
            if runs[key].nunique() > 1
        ]
        if (runs.groupby("precision")["matmul_precision"].nunique() > 1).any():
            columns.append("matmul_precision")
        all_but_source = [key for key in GROUP if key != "source_sha256"]
        if (runs.groupby(all_but_source)["source_sha256"].nunique() > 1).any():
            columns.append("source_sha256")
        return columns

    @cached_property
    def compared(self) -> comparisons.Compared:
        """The same questions on several machines: see `report.comparisons`."""
        return comparisons.compare(self)

    @cached_property
    def speeds(self) -> pd.DataFrame:
        """Speeds measured by themselves, at growing batch sizes: see `report.batch_sizes`."""
        return batch_sizes.speeds(self)

    @cached_property
    def roofline(self) -> pd.DataFrame:
        """How near each group that was timed comes to what its machine can do: see `report.roofline`."""
        return roofline.points(self)

    @cached_property
    def speed_ups(self) -> pd.DataFrame:
        """How many times faster each machine is than each other one: see `report.speed_ups`."""
        return speed_ups.speed_ups(self)

    @cached_property
    def headline_measures(self) -> dict[tuple[str, str, str], str]:
        """(entry, recipe, tier) -> the measure shown first: see `report.headline`."""
        return headline.measures(self)

    @cached_property
    def headline_values(self) -> pd.DataFrame:
        """The rows of `final_measures` that hold the headline measure: one per run that has measures."""
        final = self.final_measures
        keys = zip(final["entry"], final["recipe"], final["tier"], strict=True)
        # An array: an empty list would choose no columns instead of no rows.
        chosen = [
            self.headline_measures[key] == name for key, name in zip(keys, final["measure"], strict=True)
        ]
        return final[np.array(chosen, dtype=bool)]

    @cached_property
    def representatives(self) -> pd.DataFrame:
        """The one group of each entry and machine that stands for it: see `report.headline`."""
        return headline.representatives(self)

    @cached_property
    def foremost(self) -> pd.DataFrame:
        """The one group that stands for each entry, whatever its machine: see `report.headline`."""
        return headline.foremost(self)

    @cached_property
    def tracks(self) -> list[tracks.TrackResults]:
        """The tracks that these results have entries on: see `report.tracks`."""
        return tracks.tracks(self)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """One row per claim and group of seeds that answers it: see `report.claims`."""
        return claims.claims(self)

    @cached_property
    def settled_claims(self) -> pd.DataFrame:
        """One row per claim, by the answer that counts: see `report.claims`."""
        return claims.settled(self.claims)

    def in_order(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows in the order of the entries (by year), then of tier, recipe and machine."""
        entry_rank = {id: i for i, id in enumerate(self.entries)}
        machine_rank = {letter: i for i, letter in enumerate(self.machines["machine"])}
        keys = pd.DataFrame(
            {
                "entry": frame["entry"].map(entry_rank),
                "tier": frame["tier"].map(TIERS.index),
                "recipe": frame["recipe"],
                "machine": frame["machine"].map(machine_rank),
            }
        )
        order = keys.sort_values(["entry", "tier", "recipe", "machine"], kind="stable").index
        return frame.loc[order].reset_index(drop=True)
