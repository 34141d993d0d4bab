"""The catalogue: the folder listing is the registry, and unknown names are answered with the nearest."""

import json
import shutil
from pathlib import Path

import pytest

from benchmarks import catalogue
from benchmarks.spec import FAMILIES


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
