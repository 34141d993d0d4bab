"""The file that new entries are copied from keeps the promises that every entry makes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import benchmarks.entries.feedforward
from benchmarks import catalogue
from benchmarks.spec import Entry
from tests.contract import test_cards

TEMPLATE = catalogue.ENTRIES / "_template.py"


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entry]:
    """The template as an entry of another folder of families."""
    family = tmp_path / "feedforward"
    family.mkdir()
    shutil.copy(TEMPLATE, family / "template_1999.py")
    monkeypatch.setattr(catalogue, "ENTRIES", tmp_path)
    monkeypatch.setattr(benchmarks.entries.feedforward, "__path__", [str(family)])
    catalogue._families.cache_clear()
    yield catalogue.load("template_1999")
    monkeypatch.undo()
    catalogue._families.cache_clear()


def test_the_template_is_not_an_entry():
    assert "_template" not in catalogue.ids()


def test_its_card_is_complete(copied):
    test_cards.test_the_card_is_complete(copied)
    test_cards.test_every_recipe_can_be_found_and_says_where_it_comes_from(copied)
    test_cards.test_every_claim_cites_a_place_and_can_be_answered_or_says_why_not(copied)
    test_cards.test_facts_of_the_time_name_their_source(copied)


def test_it_builds_and_has_a_loss(copied):
    import keras
    import numpy as np

    for count in copied.parameters:
        model = copied.build(**count.arguments)
        assert sum(np.prod(variable.shape) for variable in model.trainable_variables) == count.trainable
    (recipe,) = catalogue.recipes(copied, "pocket")
    model = copied.build(**recipe.model)
    batch = {"x": np.ones((4, 8, 8, 1), "float32"), "y": np.arange(4)}
    assert keras.ops.convert_to_numpy(copied.loss(model, batch, training=True)).shape == ()
