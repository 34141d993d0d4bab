"""Reads bundles, merges and cleans them, and combines them with the cards of the installed catalogue."""

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import catalogue, records
from benchmarks.records import clean, clip
from report import cards, rates
from report.cleaning import LARGEST
from report.machine_names import letters
from report.results import Results

HISTORY = Path(__file__).parent / "history.csv"
#: what is told of a machine's ceilings
CEILINGS = (
    *("matmul_flops", "tf32_flops", "bfloat16_flops", "bandwidth", "host_to_device", "launch_s"),
    *("power_limit_w", "clock_hz", "ceiling_threads", "ceilings", "ceiling_load"),
)
#: what identifies a machine with its software
_IDENTITY = ["machine_id", "software_id"]


def load(folders: Sequence[str | Path]) -> Results:
    """Reads, merges and cleans bundles; entries that the installed catalogue has get its cards.

    Machines get their letters in the order in which the bundles are given.
    Raises `records.RecordError` for a bundle that violates the schema.
    """
    bundles = [records.read_bundle(folder) for folder in folders]
    merged = bundles[0] if len(bundles) == 1 else records.merge(*bundles)
    order = dict.fromkeys(id for bundle in bundles for id in sorted(bundle.specs))
    bundles_of = Counter(key for bundle in bundles for key in _machines_by_start(bundle))
    known = set(catalogue.ids()).intersection(spec["card"]["id"] for spec in merged.specs.values())
    installed = {id: _installed_card(id) for id in sorted(known)}
    merged = dataclasses.replace(merged, specs={id: merged.specs[id] for id in order})
    results = from_bundle(_without_impossible(merged), bundles_of, len(bundles), installed)
    return dataclasses.replace(results, union=merged)


def from_bundle(
    bundle: records.Bundle,
    bundles_of: Mapping[tuple[str, str], int] | None = None,
    bundles: int = 1,
    installed: dict[str, dict[str, Any]] | None = None,
) -> Results:
    """The results of one (merged) bundle; cards in `installed` replace those of the bundle.

    `bundles_of` maps each (machine_id, software_id) to the number of the `bundles` that hold it, in the order
    of the machines' letters.
    """
    installed = installed or {}
    bundles_of = bundles_of or dict.fromkeys(_machines_by_start(bundle), 1)
    letter_of = dict(zip(bundles_of, letters(len(bundles_of)), strict=True))
    runs = _cleaned(bundle.runs)
    machines = _machines(bundle, runs, bundles_of, letter_of)
    runs["machine"] = [letter_of[key] for key in zip(runs["machine_id"], runs["software_id"], strict=True)]
    # Determinism given up for speed affects how exact the numbers are: it is shown wherever precision is.
    seeded = {id for id, spec in bundle.specs.items() if "determinism" in spec["asked"]}
    runs.loc[runs["spec_id"].isin(seeded), "precision"] += ", seeded"
    specs = {id: _spec(spec) for id, spec in bundle.specs.items()}
    versions = _versions(specs, installed)
    for spec in specs.values():
        spec["version"], spec["older"] = versions[spec["question"]]
    runs["version"] = [specs[id]["version"] for id in runs["spec_id"]]
    return Results(
        runs,
        _cleaned(bundle.epochs),
        _cleaned(bundle.measures),
        machines,
        specs,
        {id: clean_captions(pictures) for id, pictures in bundle.pictures.items()},
        pd.read_csv(HISTORY, keep_default_na=False, na_values={"value": [""], "number": [""]}),
        bundle,
        bundles,
        installed,
        tuple(doubt._replace(sentence=clean(doubt.sentence)) for doubt in bundle.doubts),
    )


def clean_captions(pictures: Mapping[str, Any]) -> dict[str, Any]:
    """The pictures of one execution, by name, with cleaned captions."""
    return {name: {**picture, "caption": clean(picture["caption"])} for name, picture in pictures.items()}


def _installed_card(id: str) -> dict[str, Any]:
    """The card of an entry of the installed catalogue, passed through JSON like the cards of bundles."""
    return cards.entry(clean(json.loads(json.dumps(catalogue.card(catalogue.load(id))))))


def _spec(spec: dict[str, Any]) -> dict[str, Any]:
    """A spec in the form that `Results` describes, without what only a look at all specs can tell."""
    # Whatever it ran on: machines are compared on identical questions only.
    question = records.task_hash(spec["asked"])
    spec = clean(spec)
    return {
        "entry": cards.entry(spec["card"]),
        "recipe": cards.recipe(spec["asked"]["recipe"]),
        "dataset": cards.dataset(spec["dataset"]),
        "measures": cards.measures(spec["measures"]),
        "layers": cards.layers(spec["layers"]),
        "question": question,
        "data": str(spec["asked"]["data_checksum"])[:8],
    }


def _cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its text cleaned and its numbers within bounds."""
    frame = frame.copy()
    for name in frame.columns:
        if pd.api.types.is_string_dtype(frame[name]):
            # The same texts repeat row after row. The dtype is given because an empty column has no text to
            # infer it from.
            texts = {value: clean(value, 2000) for value in frame[name].unique()}
            frame[name] = pd.Series(
                [texts[value] for value in frame[name]], index=frame.index, dtype=frame[name].dtype
            )
        elif pd.api.types.is_float_dtype(frame[name]):
            size = frame[name].abs()
            frame[name] = frame[name].mask(size > LARGEST).mask(size < 1 / LARGEST, 0.0)
    return frame


def _without_impossible(bundle: records.Bundle) -> records.Bundle:
    """The bundle without executions that hold numbers which no run can have produced."""
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


def _machines(
    bundle: records.Bundle,
    runs: pd.DataFrame,
    bundles_of: Mapping[tuple[str, str], int],
    letter_of: Mapping[tuple[str, str], str],
) -> pd.DataFrame:
    """The machines by letter, with number of bundles, ceilings, price and names."""
    machines = _cleaned(bundle.machines)
    keys = list(zip(machines["machine_id"], machines["software_id"], strict=True))
    machines.insert(0, "machine", [letter_of[key] for key in keys])
    order = sorted(range(len(keys)), key=lambda i: list(bundles_of).index(keys[i]))
    machines = machines.assign(bundles=[bundles_of[key] for key in keys]).iloc[order]
    machines = machines.merge(_ceilings(bundle), on=_IDENTITY, how="left")
    prices = runs.dropna(subset=["price_per_hour"]).drop_duplicates(_IDENTITY)
    machines = machines.merge(prices[[*_IDENTITY, "price_per_hour", "currency"]], on=_IDENTITY, how="left")
    names = (
        runs[runs["machine_name"] != ""]
        .groupby(_IDENTITY)["machine_name"]
        .agg(lambda names: ", ".join(sorted(set(names))))
    )
    machines["names"] = [
        names.get(key, "") for key in zip(machines["machine_id"], machines["software_id"], strict=True)
    ]
    return machines


def _machines_by_start(bundle: records.Bundle) -> list[tuple[str, str]]:
    """The (machine_id, software_id) of a bundle, in the order of their first runs."""
    first_run = bundle.runs.groupby(_IDENTITY)["started"].min()
    keys = zip(bundle.machines["machine_id"], bundle.machines["software_id"], strict=True)
    return sorted(keys, key=lambda key: (first_run.get(key, "9"), key))


def _ceilings(bundle: records.Bundle) -> pd.DataFrame:
    """The best ceilings of each machine, how often they were measured, and the load at the best."""
    rows = []
    for (machine, software), ceilings in bundle.ceilings.groupby(_IDENTITY, sort=True):
        best = ceilings.sort_values("matmul_flops", kind="stable", na_position="first").iloc[-1]
        busy = rates.disturbed(
            *(
                None if pd.isna(best[key]) else float(best[key])
                for key in ("other_cores", "stolen_cores", "threads")
            )
        )
        rows.append(
            {
                "machine_id": machine,
                "software_id": software,
                "matmul_flops": best["matmul_flops"],
                **{name: ceilings[name].max() for name in ("tf32_flops", "bfloat16_flops", "bandwidth")},
                "host_to_device": ceilings["host_to_device"].max(),
                "launch_s": ceilings["launch_s"].min(),
                **{name: best[name] for name in ("power_limit_w", "clock_hz")},
                "ceiling_threads": best["threads"],
                "ceilings": len(ceilings),
                "ceiling_load": rates.load(None if busy is None else float(busy)),
            }
        )
    return pd.DataFrame(rows, columns=[*_IDENTITY, *CEILINGS])


def _versions(
    specs: dict[str, dict[str, Any]], installed: dict[str, dict[str, Any]]
) -> dict[str, tuple[str, bool]]:
    """Question -> (what distinguishes it, whether it is older).

    It is older if the installed catalogue has another recipe of that name; it is distinguished from that one,
    in words. Other questions are distinguished from each other, and have no words if there is only one.
    """
    names: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}
    for spec in specs.values():
        key = (spec["entry"]["id"], spec["recipe"]["name"], spec["recipe"]["tier"])
        names.setdefault(key, {})[spec["question"]] = spec
    versions = {}
    for (id, name, tier), questions in names.items():
        present = [
            cards.recipe_identity(recipe)
            for recipe in installed.get(id, {"recipes": []})["recipes"]
            if (recipe["name"], recipe["tier"]) == (name, tier)
        ]
        identities = {question: cards.recipe_identity(spec["recipe"]) for question, spec in questions.items()}
        values = {
            question: dict(identities[question][2]) | {"data": spec["data"]}
            for question, spec in questions.items()
        }
        older = {question for question in questions if present and identities[question] not in present}
        for question, ours in values.items():
            if question in older:
                others = [dict(identity[2]) | {"data": ours["data"]} for identity in present]
                words = "older: " + (_difference(ours, others) or question[:8])
            else:
                others = [values[other] for other in questions if other not in older and other != question]
                words = (_difference(ours, others) or question[:8]) if others else ""
            versions[question] = words, question in older
    return versions


def _difference(ours: Mapping[str, str], others: Sequence[Mapping[str, str]]) -> str:
    """Up to three of our values that not all others share, and how many more there are; empty if none."""
    fields = dict.fromkeys(field for values in (ours, *others) for field in values)
    differing = [field for field in fields if any(ours.get(field) != other.get(field) for other in others)]
    shown = [f"{field} {clip(ours.get(field, 'none'), 40)}" for field in differing[:3]]
    return "; ".join(shown) + (f" and {len(differing) - 3} more" if len(differing) > 3 else "")
