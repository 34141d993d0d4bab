"""Bundles are read, merged and cleaned; the installed catalogue has the word on its entries."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records
from report import (
    cards,
    loading,
    tables,
)
from report.loading import from_bundle, load
from report.site.build import build
from tests.report import bundles
from tests.report.variations import edited, few, lenet_changed, loaded


def says(
    monkeypatch: pytest.MonkeyPatch, value: float, id: str = "lenet5_1998", machine: int = 0
) -> records.Bundle:
    """A bundle whose card of LeNet-5, under this id, claims this number and tells another story."""
    with monkeypatch.context() as patch:
        card, entries, machines = bundles._card, bundles.ENTRIES, bundles.MACHINES

        def changed_card(row: tuple[Any, ...]) -> dict[str, Any]:
            found = card(row)
            if found["id"] == id:
                found["claims"][0]["value"] = value
                found["story"] = "Nothing of this is true."
            return found

        patch.setattr(bundles, "_card", changed_card)
        patch.setattr(
            bundles, "ENTRIES", tuple((id, *row[1:]) if row[0] == "lenet5_1998" else row for row in entries)
        )
        patch.setattr(bundles, "MACHINES", machines[machine:])
        return bundles.bundle(tiers=("standard",))


def test_what_is_said_of_an_entry_is_said_by_the_installed_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records.write_bundle(says(monkeypatch, 50.0), tmp_path / "theirs")
    loaded = load([tmp_path / "theirs"])
    card, mine = loaded.entries["lenet5_1998"], catalogue.load("lenet5_1998")
    assert card["story"] == mine.story and [one["value"] for one in card["claims"]] == [
        one.value for one in mine.claims
    ]
    assert "lenet5_1998" in loaded.differing
    assert 50.0 not in loaded.claims.loc[loaded.claims["entry"] == "lenet5_1998", "claimed"].tolist()


@pytest.mark.parametrize("turned", [False, True])
def test_of_an_entry_that_is_not_installed_the_first_bundle_named_has_the_word(
    turned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value, machine in (("a", 0.95, 0), ("b", 50.0, 1)):
        records.write_bundle(says(monkeypatch, value, "somebodys_1998", machine), tmp_path / name)
    loaded = load([tmp_path / name for name in (("b", "a") if turned else ("a", "b"))])
    assert loaded.entries["somebodys_1998"]["claims"][0]["value"] == (50.0 if turned else 0.95)
    assert "somebodys_1998" in loaded.differing


def test_what_a_recipe_leaves_out_is_said_by_the_installed_entry_if_it_is_the_same_recipe() -> None:
    loaded = lenet_changed("recipe", shortened="")
    spec = next(id for id, one in loaded.specs.items() if one["entry"]["id"] == "lenet5_1998")
    recipe = loaded.specs[spec]["recipe"]
    for rows, expected in ((recipe["rows"], "a quarter"), ([*recipe["rows"], ("epochs", "9")], "")):
        installed = {
            "lenet5_1998": {"recipes": [{**recipe, "rows": rows, "shortened": "a quarter", "tries": 6}]}
        }
        shown = dataclasses.replace(loaded, installed=installed).recipe(spec)
        assert (shown["shortened"], shown["tries"]) == (expected, 6 if expected else None)


def test_separate_bundles_give_the_page_of_the_merged_one(two: Path, tmp_path: Path) -> None:
    bundle = records.read_bundle(two)
    for machine, part in bundle.runs.groupby("machine_id"):
        kept = set(part["execution_id"])
        one = records.Bundle(
            runs=part,
            epochs=bundle.epochs[bundle.epochs["execution_id"].isin(kept)],
            measures=bundle.measures[bundle.measures["execution_id"].isin(kept)],
            machines=bundle.machines[bundle.machines["machine_id"] == machine],
            ceilings=bundle.ceilings[bundle.ceilings["machine_id"] == machine],
            speeds=bundle.speeds[bundle.speeds["machine_id"] == machine],
            specs={id: bundle.specs[id] for id in sorted(set(part["spec_id"]))},
            pictures={id: pictures for id, pictures in bundle.pictures.items() if id in kept},
        )
        (tmp_path / str(machine)).mkdir()
        records.write_bundle(one, tmp_path / str(machine))
    order = records.read_bundle(two).machines["machine_id"]  # letters follow the order of the bundles
    merged = load([tmp_path / machine for machine in order])
    assert merged.runs.equals(load([two]).runs)
    assert merged.claims.equals(load([two]).claims)


def with_an_edited_recipe(one: records.Bundle, monkeypatch: pytest.MonkeyPatch) -> records.Bundle:
    """The bundle with other batch sizes; the installed catalogue has those of `one`."""
    specs, moved = {}, {}
    for id, spec in one.specs.items():
        asked = {**spec["asked"], "recipe": {**spec["asked"]["recipe"], "batch_size": 64}}
        changed = {**spec, "asked": asked}
        moved[id] = (records.spec_id(changed), records.spec_hash(asked))
        specs[moved[id][0]] = changed

    def edit(row: dict[str, Any]) -> None:
        id, hash = moved[row["spec_id"]]
        row |= {
            "spec_id": id,
            "spec_hash": hash,
            "run_id": records.run_id(hash, row["seed"], row["machine_id"], row["software_id"]),
        }

    installed = {spec["card"]["id"]: cards.entry(spec["card"]) for spec in one.specs.values()}
    monkeypatch.setattr(loading, "_installed_card", installed.__getitem__)
    monkeypatch.setattr(loading.catalogue, "ids", lambda: sorted(installed))
    return edited(dataclasses.replace(bundles.again(one, 1), specs=specs), runs=edit)


def test_an_edited_recipe_is_told_from_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The installed catalogue has the first of the two, although the second ran last."""
    one = few()
    other = with_an_edited_recipe(one, monkeypatch)
    results = loaded(tmp_path, one, other)
    shown = tables.measures(results)
    assert "version" in [column.key for column in shown.columns]
    assert set(shown.frame["version"]) == {"", "older: batch size 64"} and shown.frame["n"].max() == 3
    assert set(results.representatives["version"]) == {""}
    alone = loaded(tmp_path / "alone", other)
    assert set(alone.runs["version"]) == {"older: batch size 64"}, "there need be no newer run beside it"
    apart = loaded(tmp_path / "apart", one, bundles.again(other, 2, caches="L2 4 MiB"))
    assert set(apart.compared.not_compared["reason"]) == {"other recipe (older: batch size 64)"}


def test_other_data_of_a_stage_make_another_question() -> None:
    bundle = bundles.bundle(tiers=("standard",))
    id = bundle.runs["spec_id"].iloc[0]
    asked = {**bundle.specs[id]["asked"], "further_checksums": {"imagenet_32": "ab" * 32}}
    other = dataclasses.replace(bundle, specs={**bundle.specs, id: {**bundle.specs[id], "asked": asked}})
    before, after = (from_bundle(one).specs for one in (bundle, other))
    assert [name for name in before if before[name]["question"] != after[name]["question"]] == [id]


def test_a_seeded_run_says_so_wherever_its_precision_is_shown() -> None:
    bundle = bundles.bundle(tiers=("standard",))
    id = bundle.runs["spec_id"].iloc[0]
    specs = {
        **bundle.specs,
        id: {**bundle.specs[id], "asked": {**bundle.specs[id]["asked"], "determinism": "seeded"}},
    }
    runs = from_bundle(dataclasses.replace(bundle, specs=specs)).runs
    assert set(runs.loc[runs["spec_id"] == id, "precision"]) == {"float32, seeded"}
    assert set(runs.loc[runs["spec_id"] != id, "precision"]) == {"float32"}


def test_numbers_that_no_run_can_have_left_are_left_out_and_said(
    small: records.Bundle, tmp_path: Path
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    records.write_bundle(small, ours)
    execution = small.measures.loc[small.measures["unit"] == "%", "execution_id"].iloc[0]
    chosen = (small.measures["execution_id"] == execution) & (small.measures["unit"] == "%")
    records.write_bundle(
        dataclasses.replace(
            small, measures=small.measures.assign(value=small.measures["value"].mask(chosen, 101.0))
        ),
        theirs,
    )
    before, after = load([ours]), load([theirs])
    assert before.doubts == () and len(after.runs) == len(before.runs) - 1
    assert {doubt.execution for doubt in after.doubts} == {execution} and execution not in set(
        after.measures["execution_id"]
    )
    page = build(after, tmp_path / "page")
    assert "1 execution left out" in page.read_text(encoding="utf-8")
    assert "is 101%, but can only be 0 to 100%" in page.with_name("runs.html").read_text(encoding="utf-8")
    assert "left out" not in build(before, tmp_path / "page2").read_text(encoding="utf-8")
