"""The catalogue: the folder listing is the registry, and unknown names are answered with the nearest."""

import dataclasses
import json
import re
import shutil
from pathlib import Path

import pytest

from benchmarks import catalogue
from benchmarks.spec import FAMILIES, Entry


def test_every_file_of_a_family_is_an_entry_in_order_of_year() -> None:
    files = {path.stem for path in catalogue.ENTRIES.glob("*/*.py") if not path.stem.startswith("_")}
    ids = catalogue.ids()
    assert set(ids) == files and len(ids) == len(files)
    years = [int(id[-4:]) for id in ids]
    assert years == sorted(years)
    assert sorted(ids) == sorted(id for family in FAMILIES for id in catalogue.ids(family))
    assert ids[0] == "mcculloch_pitts_1943"


def test_an_entry_brings_its_story_and_its_recipes() -> None:
    entry = catalogue.load("perceptron_1958")
    assert entry.story.startswith("A machine that learns from its mistakes.")
    assert catalogue.source_file("perceptron_1958").read_text().startswith(f'"""{entry.story}')
    assert catalogue.recipe(entry, "pocket", "xor-simple").variant == "simple"
    assert all(recipe.tier == "standard" for recipe in catalogue.recipes(entry, "standard"))


@pytest.mark.parametrize("id", ["lenet5_1989", "perceptron", "perceptron_1957", "nothing_like_it"])
def test_an_unknown_entry_is_answered_with_the_nearest(id: str) -> None:
    with pytest.raises(KeyError) as caught:
        catalogue.load(id)
    sentence = caught.value.args[0]
    assert sentence.startswith(f"unknown entry {id!r}: ")
    if id.startswith("perceptron"):
        assert "did you mean perceptron_1958" in sentence


def test_an_unknown_recipe_is_answered_with_the_nearest() -> None:
    entry = catalogue.load("perceptron_1958")
    with pytest.raises(
        KeyError, match="perceptron_1958 has no recipe 'xor-simpel' in tier 'pocket': did you mean xor-simple"
    ):
        catalogue.recipe(entry, "pocket", "xor-simpel")


def test_nearest_names_all_where_none_is_near() -> None:
    assert catalogue.nearest("zzz", ["b", "a"]) == "valid are: a, b"
    assert catalogue.nearest("tensorflwo", ["tensorflow", "jax"]) == "did you mean tensorflow?"


def test_an_entry_in_the_wrong_place_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was copied to start a new entry from, and whose id was forgotten."""
    family = catalogue.ENTRIES / "threshold"
    copy = tmp_path / "copied_1999.py"
    shutil.copy(family / "adaline_1960.py", copy)
    monkeypatch.setattr(catalogue, "_families", lambda: {"copied_1999": "threshold"})
    monkeypatch.setattr(catalogue.importlib, "import_module", lambda name: _module(copy))
    with pytest.raises(
        ValueError,
        match=r"copied_1999\.py: ENTRY says id 'adaline_1960' in family 'threshold', its path 'copied_1999'",
    ):
        catalogue.load("copied_1999")


def _module(path: Path) -> object:
    import importlib.util

    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_cards_are_plain_data() -> None:
    for id in catalogue.ids():
        entry = catalogue.load(id)
        card = catalogue.card(entry)
        assert not {"build", "loss", "pictures"} & card.keys()
        written = json.loads(json.dumps(card))
        assert written["id"] == id
        assert len(written["recipes"]) == len(entry.recipes)


def starting_from(starts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Entry:
    """LeNet-5, of whose pocket recipes these start from others."""
    entry = catalogue.load("lenet5_1998")
    changed = tuple(
        dataclasses.replace(recipe, starts_from=starts.get(recipe.name, ""))
        if recipe.tier == "pocket"
        else recipe
        for recipe in entry.recipes
    )
    changed_entry = dataclasses.replace(entry, recipes=changed)
    monkeypatch.setattr(catalogue, "load", lambda id: {"lenet5_1998": changed_entry}[id])
    return changed_entry


def test_ancestors_are_what_a_recipe_starts_from(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = starting_from({"digits-relu": "lenet5_1998/digits"}, monkeypatch)
    first, second, *_ = catalogue.recipes(entry, "pocket")
    assert catalogue.ancestors(entry, first) == []
    assert catalogue.ancestors(entry, second) == [(entry, first)]


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        ({"digits-relu": "lenet5_1998/mnist"}, "tier 'pocket' has no such recipe; write 'entry/recipe'"),
        ({"digits-relu": "lenet9_1998/digits"}, "starts_from is 'lenet9_1998/digits', but"),
        ({"digits-relu": "digits"}, "starts_from is 'digits', but"),
        ({"digits-relu": "lenet5_1998/digits-relu"}, "leads back to"),
        (
            {"digits": "lenet5_1998/digits-relu", "digits-relu": "lenet5_1998/digits"},
            "leads back to 'lenet5_1998/digits-relu'",
        ),
    ],
)
def test_an_impossible_start_is_refused(
    starts: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = starting_from(starts, monkeypatch)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        catalogue.ancestors(entry, catalogue.recipes(entry, "pocket")[1])


def test_a_start_is_part_of_what_is_hashed_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = starting_from({"digits-relu": "lenet5_1998/digits"}, monkeypatch)
    first, second, *_ = catalogue.recipes(entry, "pocket")
    assert "starts_from" not in catalogue.plain(first)
    assert catalogue.plain(second)["starts_from"] == "lenet5_1998/digits"
