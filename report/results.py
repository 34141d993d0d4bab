"""The results that a page is made of: merged bundles, cleaned, with the frames that figures and tables share."""

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import catalogue, records
from benchmarks.spec import TIERS
from report import cards, claims
from report.text import LARGEST, UNNAMED, clean

HISTORY = Path(__file__).parent / "history.csv"
#: what makes a group of seeds: everything but the seed (a changed recipe or another number of threads is another spec hash)
GROUP = ["entry", "recipe", "tier", "backend", "precision", "machine", "spec_hash"]
CLOCKS = {"import_s": "import", "data_s": "data", "compile_s": "compile", "train_s": "train", "evaluate_s": "evaluate", "checkpoint_s": "checkpoint"}


@dataclass(frozen=True)
class Results:
    """One or more bundles as the report reads them.

    `runs`, `epochs`, `measures` and `machines` are the bundle's tables, strings cleaned; runs and
    machines have in addition `machine`, a letter. `specs` maps a spec id to
    {entry, recipe, dataset, measures, layers}, each of the form of `report.cards`, and `question`,
    a hash of what was asked whatever it ran on; specs are in the order in which the bundles were named.
    `installed` holds the cards of those entries that the installed catalogue has, by their ids.
    """

    runs: pd.DataFrame
    epochs: pd.DataFrame
    measures: pd.DataFrame
    machines: pd.DataFrame
    specs: dict[str, dict[str, Any]]
    pictures: dict[str, Any]
    history: pd.DataFrame
    installed: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def entries(self) -> dict[str, dict[str, Any]]:
        """Entry id -> card, in order of year, then of id: the installed catalogue's, else that of the first bundle named that has the entry.

        A bundle from elsewhere so never changes what is said of one's own runs.
        """
        found: dict[str, dict[str, Any]] = {}
        for spec in self.specs.values():
            id = spec["entry"]["id"]
            if id not in found:
                found[id] = self.installed.get(id, spec["entry"])
        return dict(sorted(found.items(), key=lambda item: (item[1]["year"], item[0])))

    @cached_property
    def differing(self) -> list[str]:
        """Ids of the entries whose card in one of the bundles makes other claims than the one that is shown, in order of `entries`."""
        other = {spec["entry"]["id"] for spec in self.specs.values() if _claimed(spec["entry"]) != _claimed(self.entries[spec["entry"]["id"]])}
        return [id for id in self.entries if id in other]

    def recipe(self, spec_id: str) -> dict[str, Any]:
        """The recipe of a spec. What it leaves out of the paper's procedure is said by the installed entry, if that has the same recipe."""
        recipe: dict[str, Any] = self.specs[spec_id]["recipe"]
        for one in self.installed.get(self.specs[spec_id]["entry"]["id"], {"recipes": []})["recipes"]:
            if _identity(one) == _identity(recipe):
                return {**recipe, "shortened": one["shortened"]}
        return recipe

    @cached_property
    def datasets(self) -> dict[str, dict[str, Any]]:
        """Data set id -> card, in order of id."""
        found = {spec["dataset"]["id"]: spec["dataset"] for _, spec in sorted(self.specs.items())}
        return dict(sorted(found.items()))

    @cached_property
    def final(self) -> pd.DataFrame:
        """Final measures of runs that are ok (on the test split, but for the epochs to a criterion), with the run's columns.

        A run that never came so far, whose value is null, counts as worse than any number: infinity, or minus infinity
        where more is better. What no task tells of is the epochs to a criterion, of which fewer are better.
        """
        final = self.measures[self.measures["epoch"].isna()].drop(columns="epoch")
        columns = ["execution_id", "run_id", "spec_id", "seed", "dataset", "variant", "family", "status", "weights_sha256", *GROUP]
        final = final.merge(self.runs.loc[self.runs["status"] == "ok", columns], on="execution_id")
        higher = {(id, told["name"]) for id, spec in self.specs.items() for told in spec["measures"] if told["direction"] == "higher"}
        worst = [-math.inf if key in higher else math.inf for key in zip(final["spec_id"], final["measure"], strict=True)]
        return final.assign(value=final["value"].fillna(pd.Series(worst, index=final.index, dtype=float)))

    @cached_property
    def throughput(self) -> pd.DataFrame:
        """Examples per second of each run that has steady legs, with the run's columns."""
        rates = records.throughput(self.epochs).dropna(subset=["examples_per_s"])
        return rates.merge(self.runs[["execution_id", "run_id", "seed", "family", *GROUP]], on="execution_id")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """One row per group of seeds, in order of the entries' year: how many runs, how many ok, median times and parameters."""
        grouped = self.runs.groupby(GROUP, sort=False, as_index=False).agg(
            family=("family", "first"),
            dataset=("dataset", "first"),
            variant=("variant", "first"),
            spec_id=("spec_id", "first"),
            runs=("run_id", "size"),
            ok=("status", lambda s: int((s == "ok").sum())),
            train_s=("train_s", "median"),
            total_s=("total_s", "median"),
            parameters=("parameters", "median"),
        )
        return self.in_order(grouped)

    @cached_property
    def primary(self) -> dict[tuple[str, str, str], str]:
        """(entry, recipe, tier) -> the measure to show first: the claim's, else the floor's, else the task's first that is no loss."""
        found: dict[tuple[str, str, str], str] = {}
        keys: Any
        for keys, rows in self.final.groupby(["entry", "recipe", "tier"], sort=True):
            spec = self.specs[rows["spec_id"].iloc[0]]
            told = [measure["name"] for measure in spec["measures"]]
            names = sorted(rows["measure"].unique(), key=lambda name: ("loss" in name, told.index(name) if name in told else len(told), name))
            claims = self.entries[keys[0]]["claims"]
            claimed = [claim["metric"] for claim in claims]
            matching = [c["metric"] for c in claims if (c["dataset"], c["variant"]) == (rows["dataset"].iloc[0], rows["variant"].iloc[0])]
            wanted = [name for name in (*matching, spec["recipe"]["floor"], *claimed) if name in names]
            found[keys] = (wanted or names)[0]
        return found

    @cached_property
    def first(self) -> pd.DataFrame:
        """The rows of `final` with the measure to show first: one per run that is ok and has measures."""
        keys = zip(self.final["entry"], self.final["recipe"], self.final["tier"], strict=True)
        # An array: an empty list would choose no columns instead of no rows.
        return self.final[np.array([self.primary[key] == name for key, name in zip(keys, self.final["measure"], strict=True)], dtype=bool)]

    @cached_property
    def claims(self) -> pd.DataFrame:
        """One row per claim and group of seeds that answers it: see `report.claims`."""
        return claims.claims(self)

    def in_order(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows in the order of the entries (by year), then of tier and recipe."""
        rank = {id: i for i, id in enumerate(self.entries)}
        keys = pd.DataFrame({"a": frame["entry"].map(rank), "b": frame["tier"].map(TIERS.index), "c": frame["recipe"], "d": frame["machine"]})
        return frame.loc[keys.sort_values(["a", "b", "c", "d"], kind="stable").index].reset_index(drop=True)

    @cached_property
    def main(self) -> pd.DataFrame:
        """The one group of each entry (per machine) that stands for it.

        Of those that ended well the fullest tier, then the paper's own variant, then what a claim is held against,
        then real data before generated ones, then the longest training.
        """
        groups = self.groups[self.groups["ok"] > 0].copy()
        groups["tier_rank"] = groups["tier"].map(TIERS.index)
        groups["own"] = groups["variant"] == ""
        groups["real"] = [not self.specs[id]["dataset"]["procedural"] for id in groups["spec_id"]]
        claimed = {
            (id, claim["dataset"], claim["variant"]) for id, card in self.entries.items() for claim in card["claims"] if not claim["not_comparable"]
        }
        groups["claimed"] = [key in claimed for key in zip(groups["entry"], groups["dataset"], groups["variant"], strict=True)]
        groups = groups.sort_values(["tier_rank", "own", "claimed", "real", "train_s"], ascending=False, kind="stable", na_position="last")
        return self.in_order(groups.drop_duplicates(["entry", "machine"]))


def _installed(id: str) -> dict[str, Any]:
    """The card of an entry of the installed catalogue, through JSON, as a bundle's cards come."""
    return cards.entry(clean(json.loads(json.dumps(catalogue.card(catalogue.load(id))))))


def _identity(recipe: dict[str, Any]) -> tuple[Any, ...]:
    """What makes a recipe: all but what is said about it."""
    return recipe["name"], recipe["tier"], sorted(row for row in recipe["rows"] if row[0] != "shortened")


def _claimed(card: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a card's claims are held against, whatever else they say."""
    keys = ("dataset", "variant", "metric", "value", "unit", "direction")
    return [(*(claim[key] for key in keys), bool(claim["not_comparable"])) for claim in card["claims"]]


def _letters(n: int) -> list[str]:
    """A, B, ..., Z, AA, AB, ..., ZZ, AAA, ..."""

    def letter(i: int) -> str:
        return (letter(i // 26 - 1) if i >= 26 else "") + chr(65 + i % 26)

    return [letter(i) for i in range(n)]


def hardware(machine: Any) -> str:
    """What a machine is in one phrase: its accelerator, else its processor."""
    if machine["accelerators"]:
        return machine["accelerators"]
    return f"{machine['processor'] or UNNAMED}, {machine['cores']} core{'' if machine['cores'] == 1 else 's'}"


def _cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its text cleaned and its numbers within bounds."""
    frame = frame.copy()
    for name in frame.columns:
        if pd.api.types.is_string_dtype(frame[name]):
            # The same texts come in row after row. The dtype is named because an empty column has no text to show that it is one.
            texts = {value: clean(value, 2000) for value in frame[name].unique()}
            frame[name] = pd.Series([texts[value] for value in frame[name]], index=frame.index, dtype=frame[name].dtype)
        elif pd.api.types.is_float_dtype(frame[name]):
            size = frame[name].abs()
            frame[name] = frame[name].mask(size > LARGEST).mask(size < 1 / LARGEST, 0.0)
    return frame


def load(folders: Sequence[str | Path]) -> Results:
    """Reads, merges and cleans bundles, and takes the cards of the installed catalogue for the entries that it has.

    Raises `records.RecordError` for a bundle that does not keep the schema.
    """
    bundles = [records.read_bundle(folder) for folder in folders]
    merged = bundles[0] if len(bundles) == 1 else records.merge(*bundles)
    order = dict.fromkeys(id for bundle in bundles for id in sorted(bundle.specs))
    results = from_bundle(dataclasses.replace(merged, specs={id: merged.specs[id] for id in order}))
    known = set(catalogue.ids())
    return dataclasses.replace(results, installed={id: _installed(id) for id in results.entries if id in known})


def from_bundle(bundle: records.Bundle) -> Results:
    """The results of one (merged) bundle, with the cards that it carries."""
    runs, machines = _cleaned(bundle.runs), _cleaned(bundle.machines)
    keys = list(zip(machines["machine_id"], machines["software_id"], strict=True))
    letters = dict(zip(keys, _letters(len(keys)), strict=True))
    machines.insert(0, "machine", [letters[key] for key in keys])
    best = bundle.ceilings.groupby(["machine_id", "software_id"])[["matmul_flops", "bandwidth"]].max().reset_index()
    machines = machines.merge(best, on=["machine_id", "software_id"], how="left")
    prices = runs.dropna(subset=["price_per_hour"]).drop_duplicates(["machine_id", "software_id"])
    machines = machines.merge(prices[["machine_id", "software_id", "price_per_hour", "currency"]], on=["machine_id", "software_id"], how="left")
    runs["machine"] = [letters[key] for key in zip(runs["machine_id"], runs["software_id"], strict=True)]
    # what is given up for speed is part of how exact the numbers are, and is shown and told apart wherever that is
    seeded = {id for id, spec in bundle.specs.items() if "determinism" in spec["asked"]}
    runs.loc[runs["spec_id"].isin(seeded), "precision"] += ", seeded"
    specs = {}
    for id, spec in bundle.specs.items():
        # what was asked, whatever it ran on: machines are compared on the same question alone
        asked = records.spec_hash({key: spec["asked"][key] for key in ("entry", "recipe", "data_checksum", "determinism") if key in spec["asked"]})
        spec = clean(spec)
        specs[id] = {
            "entry": cards.entry(spec["card"]),
            "recipe": cards.recipe(spec["asked"]["recipe"]),
            "dataset": cards.dataset(spec["dataset"]),
            "measures": cards.measures(spec["measures"]),
            "layers": cards.layers(spec["layers"]),
            "question": asked,
        }
    history = pd.read_csv(HISTORY, keep_default_na=False, na_values={"value": [""], "number": [""]})
    pictures = {
        id: {name: {**picture, "caption": clean(picture["caption"])} for name, picture in named.items()} for id, named in bundle.pictures.items()
    }
    return Results(runs, _cleaned(bundle.epochs), _cleaned(bundle.measures), machines, specs, pictures, history)
