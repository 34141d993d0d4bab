"""The results that a page is made of: merged bundles, cleaned, with the frames that figures and tables share."""

import dataclasses
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import catalogue, records
from benchmarks.records.schema import HARDWARE, SOFTWARE
from benchmarks.spec import TIERS
from report import cards, claims, comparisons, rates
from report.text import LARGEST, UNNAMED, clean, clip

HISTORY = Path(__file__).parent / "history.csv"
#: What makes a group of seeds: all that identifies a question on one machine, and the source that answered it. The spec hash covers the recipe's
#: every value, the data, backend, precision and threads; `version` says in words what tells recipes of one name apart.
GROUP = [
    *("entry", "recipe", "tier", "backend", "precision", "matmul_precision", "threads"),
    *("machine", "spec_hash", "version", "source_sha256"),
]
CLOCKS = dict(zip(records.CLOCKS, records.CLOCK_NAMES, strict=True))


@dataclass(frozen=True)
class Results:
    """One or more bundles as the report reads them.

    `runs` (one row an execution), `epochs`, `measures` and `machines` are the bundle's tables, strings cleaned; runs and machines have
    in addition `machine`, a letter, runs a `version`, and machines their `names`, price, best ceilings and in how many of the `bundles` they are.
    `specs` maps a spec id to {entry, recipe, dataset, measures, layers}, each of the form of `report.cards`, with `question`, a hash of what
    was asked whatever it ran on, `version`, what tells it from other questions of the same recipe's name, and `older`, whether the
    catalogue has another recipe of that name; specs are in the order in which the bundles were named.
    `doubts` are sentences on numbers that no run can have left, whose executions are left out, or that are hard to believe.
    `bundles` is the number of bundles, `installed` holds the cards of those entries that the installed catalogue has, by their ids.
    """

    runs: pd.DataFrame
    epochs: pd.DataFrame
    measures: pd.DataFrame
    machines: pd.DataFrame
    specs: dict[str, dict[str, Any]]
    pictures: dict[str, Any]
    history: pd.DataFrame
    bundles: int = 1
    installed: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubts: tuple[records.Doubt, ...] = ()

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
        other = {
            spec["entry"]["id"]
            for spec in self.specs.values()
            if _claimed(spec["entry"]) != _claimed(self.entries[spec["entry"]["id"]])
        }
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
    def once(self) -> pd.DataFrame:
        """One execution of each run, the first that ended well, else the first: all end in the same values, and `unequal` has those that do not."""
        order = self.runs.assign(bad=self.runs["status"] != "ok").sort_values(
            ["bad", "started", "execution_id"], kind="stable"
        )
        return self.runs.loc[order.drop_duplicates(["run_id", "source_sha256"]).index.sort_values()]

    @cached_property
    def addresses(self) -> dict[tuple[str, str], str]:
        """(spec hash, the machine's letter) -> where in the report the executions of this question on this machine are told of."""
        from report import provenance

        return provenance.addresses(self)

    @cached_property
    def final(self) -> pd.DataFrame:
        """Final measures of runs that are ok, one row a run and measure, with the run's columns; on the test split but for the epochs to a criterion.

        A run that never came so far, whose value is null, counts as worse than any number: infinity, or minus infinity
        where more is better. What no task tells of is the epochs to a criterion, of which fewer are better.
        """
        final = self.measures[self.measures["epoch"].isna()].drop(columns="epoch")
        columns = [
            "execution_id",
            "run_id",
            "spec_id",
            "seed",
            "dataset",
            "variant",
            "family",
            "status",
            "weights_sha256",
            *GROUP,
        ]
        final = final.merge(self.once.loc[self.once["status"] == "ok", columns], on="execution_id")
        higher = {
            (id, told["name"])
            for id, spec in self.specs.items()
            for told in spec["measures"]
            if told["direction"] == "higher"
        }
        worst = [
            -math.inf if key in higher else math.inf
            for key in zip(final["spec_id"], final["measure"], strict=True)
        ]
        return final.assign(value=final["value"].fillna(pd.Series(worst, index=final.index, dtype=float)))

    @cached_property
    def unequal(self) -> pd.DataFrame:
        """Executions of those runs whose executions ended well but not alike, though run, machine, software and source are the same.

        The columns of `runs`, and `values`, all final measures as text.
        """
        ok = self.runs[self.runs["status"] == "ok"]
        ok = ok[ok.duplicated(["run_id", "source_sha256"], keep=False)]
        final = self.measures[
            self.measures["epoch"].isna() & self.measures["execution_id"].isin(ok["execution_id"])
        ]
        said = (
            (final["measure"] + " " + final["value"].map(repr)).groupby(final["execution_id"]).agg("; ".join)
        )
        ok = ok.assign(values=ok["execution_id"].map(said).fillna(""))
        kinds = (
            (ok["weights_sha256"] + ok["values"])
            .groupby([ok["run_id"], ok["source_sha256"]])
            .transform("nunique")
        )
        return self.in_order(ok[kinds > 1])

    @cached_property
    def legs(self) -> dict[str, rates.Legs]:
        """Legs of the last stage of each execution that has any, in the order of training."""
        epochs = self.epochs.sort_values(["execution_id", "epoch"], kind="stable")
        # Of several stages of learning the last is timed.
        epochs = epochs[epochs["stage"] == epochs.groupby("execution_id")["stage"].transform("last")]
        cores = dict(
            zip(
                zip(self.machines["machine_id"], self.machines["software_id"], strict=True),
                self.machines["cores"].astype(float),
                strict=True,
            )
        )
        of = dict(
            zip(
                self.runs["execution_id"],
                zip(self.runs["machine_id"], self.runs["software_id"], strict=True),
                strict=True,
            )
        )
        rate = (epochs["examples"] / epochs["train_s"].where(epochs["train_s"] > 0)).tolist()
        ids = epochs["execution_id"].tolist()
        load = zip(
            ids,
            *(epochs[name].tolist() for name in ("other_cores", "stolen_cores", "available_cores")),
            strict=True,
        )
        flags = [
            rates.disturbed(other, stolen, available, cores[of[id]]) for id, other, stolen, available in load
        ]
        warm = epochs["warm_up"].astype(bool).tolist()
        starts = [i for i, id in enumerate(ids) if not i or id != ids[i - 1]]
        return {
            ids[i]: rates.Legs(rate[i:j], warm[i:j], flags[i:j]) for i, j in pairwise([*starts, len(ids)])
        }

    @cached_property
    def throughput(self) -> pd.DataFrame:
        """Examples per second of each execution that ended well and has steady legs, the share of them that was disturbed, with the run's columns."""
        ok = self.runs.loc[self.runs["status"] == "ok", ["execution_id", "run_id", "seed", "family", *GROUP]]
        found = {id: rates.rate([self.legs[id]]) for id in ok["execution_id"] if id in self.legs}
        rows = [(id, one.estimate.median, one.disturbed) for id, one in found.items() if one]
        frame = pd.DataFrame(rows, columns=["execution_id", "examples_per_s", "disturbed"])
        frame = frame.astype(
            {"execution_id": self.runs["execution_id"].dtype, "examples_per_s": float, "disturbed": float}
        )
        return frame.merge(ok, on="execution_id")

    @cached_property
    def rated(self) -> dict[tuple[Any, ...], rates.Rate]:
        """Throughput of each group (a tuple in the order of `GROUP`), of all its executions that ended well."""
        found = {}
        for keys, ids in self.throughput.groupby(GROUP, sort=False)["execution_id"]:
            if one := rates.rate([self.legs[id] for id in ids]):
                found[keys] = one
        return found

    @cached_property
    def groups(self) -> pd.DataFrame:
        """One row per group of seeds, in order of the entries' year: runs, executions, runs that are ok, median times and parameters."""
        runs = self.runs
        ok = runs["status"] == "ok"
        grouped = runs.assign(good=runs["run_id"].where(ok)).groupby(GROUP, sort=False, as_index=False)
        return self.in_order(
            grouped.agg(
                family=("family", "first"),
                dataset=("dataset", "first"),
                variant=("variant", "first"),
                spec_id=("spec_id", "first"),
                started=("started", "max"),
                runs=("run_id", "nunique"),
                executions=("execution_id", "size"),
                ok=("good", "nunique"),
                train_s=("train_s", "median"),
                total_s=("total_s", "median"),
                parameters=("parameters", "median"),
            )
        )

    @cached_property
    def where(self) -> list[str]:
        """Those columns of `GROUP` in which results that would else look alike differ."""
        runs = self.runs
        found = [
            key
            for key in ("tier", "backend", "precision", "threads", "version", "machine")
            if runs[key].nunique() > 1
        ]
        if (runs.groupby("precision")["matmul_precision"].nunique() > 1).any():
            found.append("matmul_precision")
        if (
            runs.groupby([key for key in GROUP if key != "source_sha256"])["source_sha256"].nunique() > 1
        ).any():
            found.append("source_sha256")
        return found

    @cached_property
    def compared(self) -> comparisons.Compared:
        """The same questions on several machines: see `report.comparisons`."""
        return comparisons.compare(self)

    @cached_property
    def primary(self) -> dict[tuple[str, str, str], str]:
        """(entry, recipe, tier) -> the measure to show first: the claim's, else the floor's, else the task's first that is no loss."""
        found: dict[tuple[str, str, str], str] = {}
        keys: Any
        for keys, rows in self.final.groupby(["entry", "recipe", "tier"], sort=True):
            spec = self.specs[rows["spec_id"].iloc[0]]
            told = [measure["name"] for measure in spec["measures"]]
            names = sorted(
                rows["measure"].unique(),
                key=lambda name: ("loss" in name, told.index(name) if name in told else len(told), name),
            )
            claims = self.entries[keys[0]]["claims"]
            claimed = [claim["metric"] for claim in claims]
            matching = [
                c["metric"]
                for c in claims
                if (c["dataset"], c["variant"]) == (rows["dataset"].iloc[0], rows["variant"].iloc[0])
            ]
            wanted = [name for name in (*matching, spec["recipe"]["floor"], *claimed) if name in names]
            found[keys] = (wanted or names)[0]
        return found

    @cached_property
    def first(self) -> pd.DataFrame:
        """The rows of `final` with the measure to show first: one per run that is ok and has measures."""
        keys = zip(self.final["entry"], self.final["recipe"], self.final["tier"], strict=True)
        # An array: an empty list would choose no columns instead of no rows.
        return self.final[
            np.array(
                [self.primary[key] == name for key, name in zip(keys, self.final["measure"], strict=True)],
                dtype=bool,
            )
        ]

    @cached_property
    def claims(self) -> pd.DataFrame:
        """One row per claim and group of seeds that answers it: see `report.claims`."""
        return claims.claims(self)

    def in_order(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows in the order of the entries (by year), then of tier, recipe and machine."""
        rank = {id: i for i, id in enumerate(self.entries)}
        place = {letter: i for i, letter in enumerate(self.machines["machine"])}
        keys = pd.DataFrame(
            {
                "a": frame["entry"].map(rank),
                "b": frame["tier"].map(TIERS.index),
                "c": frame["recipe"],
                "d": frame["machine"].map(place),
            }
        )
        return frame.loc[keys.sort_values(["a", "b", "c", "d"], kind="stable").index].reset_index(drop=True)

    @cached_property
    def main(self) -> pd.DataFrame:
        """The one group of each entry (per machine) that stands for it.

        Of those that ended well the fullest tier, then the paper's own variant, then what a claim is held against,
        then real data before generated ones, then the longest training. Of several versions of a recipe the one that
        the installed catalogue has, and of several sources the one that ran last.
        """
        groups = self.groups.assign(current=[not self.specs[id]["older"] for id in self.groups["spec_id"]])
        groups = groups[groups["ok"] > 0].sort_values(["current", "started"], ascending=False, kind="stable")
        groups = groups.drop_duplicates(
            [key for key in GROUP if key not in ("spec_hash", "version", "source_sha256")]
        )
        groups["tier_rank"] = groups["tier"].map(TIERS.index)
        groups["own"] = groups["variant"] == ""
        groups["real"] = [not self.specs[id]["dataset"]["procedural"] for id in groups["spec_id"]]
        claimed = {
            (id, claim["dataset"], claim["variant"])
            for id, card in self.entries.items()
            for claim in card["claims"]
            if not claim["not_comparable"]
        }
        groups["claimed"] = [
            key in claimed for key in zip(groups["entry"], groups["dataset"], groups["variant"], strict=True)
        ]
        groups = groups.sort_values(
            ["tier_rank", "own", "claimed", "real", "train_s"],
            ascending=False,
            kind="stable",
            na_position="last",
        )
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


#: columns of machines that decide which numbers come out, in words
_FACTS = {name: name.replace("_", " ") for name in (*HARDWARE, *SOFTWARE)} | {
    "numpy": "NumPy",
    "keras": "Keras",
    "python": "Python",
}


def described(machine: Any) -> str:
    """What a machine is in a few words: hardware and backend."""
    return f"{hardware(machine)}, {machine['backend']} {machine['backend_version']}"


def apart(results: Results) -> list[str]:
    """For each machine, what tells it from others that would be described in the same words; empty for one of its own kind."""
    rows = results.machines.to_dict("records")
    alike: dict[str, list[dict[Any, Any]]] = {}
    for row in rows:
        alike.setdefault(described(row), []).append(row)
    found = []
    for row in rows:
        others = alike[described(row)]
        told = []
        for key, name in _FACTS.items():
            if len({repr(other[key]) for other in others}) == 1:
                continue
            value = "" if pd.isna(row[key]) else str(row[key])
            if key == "instruction_sets":
                common = set.intersection(*(set(str(other[key]).split()) for other in others))
                value = " ".join(word for word in value.split() if word not in common)
            told.append(f"{name} {clip(value, 60) or ('unknown' if key in HARDWARE else 'none')}")
        found.append("; ".join(told))
    return found


def _cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its text cleaned and its numbers within bounds."""
    frame = frame.copy()
    for name in frame.columns:
        if pd.api.types.is_string_dtype(frame[name]):
            # The same texts come in row after row. The dtype is named because an empty column has no text to show that it is one.
            texts = {value: clean(value, 2000) for value in frame[name].unique()}
            frame[name] = pd.Series(
                [texts[value] for value in frame[name]], index=frame.index, dtype=frame[name].dtype
            )
        elif pd.api.types.is_float_dtype(frame[name]):
            size = frame[name].abs()
            frame[name] = frame[name].mask(size > LARGEST).mask(size < 1 / LARGEST, 0.0)
    return frame


def load(folders: Sequence[str | Path]) -> Results:
    """Reads, merges and cleans bundles, and takes the cards of the installed catalogue for the entries that it has.

    Machines get their letters in the order in which the bundles are given. Raises `records.RecordError` for a bundle that does not keep the schema.
    """
    bundles = [records.read_bundle(folder) for folder in folders]
    merged = bundles[0] if len(bundles) == 1 else records.merge(*bundles)
    order = dict.fromkeys(id for bundle in bundles for id in sorted(bundle.specs))
    held = Counter(key for bundle in bundles for key in _machines(bundle))
    known = set(catalogue.ids()).intersection(spec["card"]["id"] for spec in merged.specs.values())
    installed = {id: _installed(id) for id in sorted(known)}
    merged = dataclasses.replace(merged, specs={id: merged.specs[id] for id in order})
    return from_bundle(_possible(merged), held, len(bundles), installed)


def _possible(bundle: records.Bundle) -> records.Bundle:
    """The bundle without the executions that hold numbers which no run can have left."""
    impossible = {doubt.execution for doubt in bundle.doubts if doubt.impossible}
    if not impossible:
        return bundle
    runs, epochs, measures = (
        frame[~frame["execution_id"].isin(impossible)].reset_index(drop=True)
        for frame in (bundle.runs, bundle.epochs, bundle.measures)
    )
    used = set(runs["spec_id"])
    specs = {id: spec for id, spec in bundle.specs.items() if id in used}
    pictures = {id: named for id, named in bundle.pictures.items() if id not in impossible}
    return dataclasses.replace(
        bundle, runs=runs, epochs=epochs, measures=measures, specs=specs, pictures=pictures
    )


def _machines(bundle: records.Bundle) -> list[tuple[str, str]]:
    """The (machine_id, software_id) of a bundle, in the order in which they first ran."""
    first = bundle.runs.groupby(["machine_id", "software_id"])["started"].min()
    keys = zip(bundle.machines["machine_id"], bundle.machines["software_id"], strict=True)
    return sorted(keys, key=lambda key: (first.get(key, "9"), key))


def _versions(
    specs: dict[str, dict[str, Any]], installed: dict[str, dict[str, Any]]
) -> dict[str, tuple[str, bool]]:
    """Question -> what tells it from other questions of the same recipe's name, in words, empty where there is no other; and whether the
    installed catalogue has another recipe of that name, so that this one is older.
    """
    names: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}
    for spec in specs.values():
        names.setdefault((spec["entry"]["id"], spec["recipe"]["name"], spec["recipe"]["tier"]), {})[
            spec["question"]
        ] = spec
    found = {}
    for (id, name, tier), questions in names.items():
        current = [
            _identity(one)
            for one in installed.get(id, {"recipes": []})["recipes"]
            if (one["name"], one["tier"]) == (name, tier)
        ]
        rows = {
            key: dict(_identity(spec["recipe"])[2]) | {"data": spec["data"]}
            for key, spec in questions.items()
        }
        apart = [
            key
            for key in dict.fromkeys(key for said in rows.values() for key in said)
            if len({said.get(key) for said in rows.values()}) > 1
        ]
        for key, spec in questions.items():
            older = bool(current) and _identity(spec["recipe"]) not in current
            told = [f"{name} {clip(rows[key].get(name, 'none'), 40)}" for name in apart[:3]]
            words = "; ".join(told) + (f" and {len(apart) - 3} more" if len(apart) > 3 else "") or key[:8]
            found[key] = ("" if len(questions) == 1 else f"older: {words}" if older else words, older)
    return found


def _ceilings(bundle: records.Bundle) -> pd.DataFrame:
    """The best of several ceilings of each machine, how often they were measured, and whether the machine was busy when the best was."""
    rows = []
    for (machine, software), found in bundle.ceilings.groupby(["machine_id", "software_id"], sort=True):
        best = found.sort_values("matmul_flops", kind="stable", na_position="first").iloc[-1]
        busy = rates.disturbed(
            *(
                None if pd.isna(best[key]) else float(best[key])
                for key in ("other_cores", "stolen_cores", "threads")
            )
        )
        row = {
            "machine_id": machine,
            "software_id": software,
            "matmul_flops": best["matmul_flops"],
            "bandwidth": found["bandwidth"].max(),
        }
        rows.append(
            {**row, "ceilings": len(found), "ceiling_load": rates.load(None if busy is None else float(busy))}
        )
    return pd.DataFrame(
        rows, columns=["machine_id", "software_id", "matmul_flops", "bandwidth", "ceilings", "ceiling_load"]
    )


def from_bundle(
    bundle: records.Bundle,
    held: Mapping[tuple[str, str], int] | None = None,
    bundles: int = 1,
    installed: dict[str, dict[str, Any]] | None = None,
) -> Results:
    """The results of one (merged) bundle, with the cards that it carries but for those that are `installed`.

    `held` says in how many of the `bundles` each (machine_id, software_id) is, in the order of their letters.
    """
    held = held or dict.fromkeys(_machines(bundle), 1)
    letters = dict(zip(held, _letters(len(held)), strict=True))
    runs, machines = _cleaned(bundle.runs), _cleaned(bundle.machines)
    identity = ["machine_id", "software_id"]
    keys = list(zip(machines["machine_id"], machines["software_id"], strict=True))
    machines.insert(0, "machine", [letters[key] for key in keys])
    machines = machines.assign(bundles=[held[key] for key in keys]).iloc[
        sorted(range(len(keys)), key=lambda i: list(held).index(keys[i]))
    ]
    machines = machines.merge(_ceilings(bundle), on=identity, how="left")
    prices = runs.dropna(subset=["price_per_hour"]).drop_duplicates(identity)
    machines = machines.merge(prices[[*identity, "price_per_hour", "currency"]], on=identity, how="left")
    named = (
        runs[runs["machine_name"] != ""]
        .groupby(identity)["machine_name"]
        .agg(lambda names: ", ".join(sorted(set(names))))
    )
    machines["names"] = [
        named.get(key, "") for key in zip(machines["machine_id"], machines["software_id"], strict=True)
    ]
    runs["machine"] = [letters[key] for key in zip(runs["machine_id"], runs["software_id"], strict=True)]
    # what is given up for speed is part of how exact the numbers are, and is shown and told apart wherever that is
    seeded = {id for id, spec in bundle.specs.items() if "determinism" in spec["asked"]}
    runs.loc[runs["spec_id"].isin(seeded), "precision"] += ", seeded"
    specs: dict[str, dict[str, Any]] = {}
    for id, spec in bundle.specs.items():
        # what was asked, whatever it ran on: machines are compared on the same question alone
        asked = records.spec_hash(
            {
                key: spec["asked"][key]
                for key in ("entry", "recipe", "data_checksum", "determinism")
                if key in spec["asked"]
            }
        )
        spec = clean(spec)
        specs[id] = {
            "entry": cards.entry(spec["card"]),
            "recipe": cards.recipe(spec["asked"]["recipe"]),
            "dataset": cards.dataset(spec["dataset"]),
            "measures": cards.measures(spec["measures"]),
            "layers": cards.layers(spec["layers"]),
            "question": asked,
            "data": str(spec["asked"]["data_checksum"])[:8],
        }
    versions = _versions(specs, installed or {})
    for spec in specs.values():
        spec["version"], spec["older"] = versions[spec["question"]]
    runs["version"] = [specs[id]["version"] for id in runs["spec_id"]]
    doubts = tuple(doubt._replace(sentence=clean(doubt.sentence)) for doubt in bundle.doubts)
    history = pd.read_csv(HISTORY, keep_default_na=False, na_values={"value": [""], "number": [""]})
    pictures = {
        id: {name: {**picture, "caption": clean(picture["caption"])} for name, picture in named.items()}
        for id, named in bundle.pictures.items()
    }
    return Results(
        runs,
        _cleaned(bundle.epochs),
        _cleaned(bundle.measures),
        machines,
        specs,
        pictures,
        history,
        bundles,
        installed or {},
        doubts,
    )
