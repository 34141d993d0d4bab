"""Cards of any form are read."""

import json
from typing import Any

import pytest

from benchmarks import catalogue
from report import cards


def test_cards_of_any_form_are_read() -> None:
    """A bundle's card may hold anything beside id, family and task."""
    card = cards.entry(
        {
            "id": "x_1999",
            "family": "classical",
            "task": "t",
            "claims": [{"value": "high"}, 3, None],
            "paper": 7,
            "history": "long ago",
            "parameters": [{"trainable": True}],
            "variants": ["a"],
            "story": None,
        }
    )
    assert card["claims"] == [] and card["year"] == 1999 and card["name"] == "x_1999"
    assert card["parameters"][0]["trainable"] is None
    assert cards.layers([{"shape": [None, "x", -1, 3]}, 5])[0]["shape"] == [None, None, None, 3]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("(8, 8, 1)", ([8, 8, 1], "")),
        ("(64,)", ([64], "")),
        ("()", ([], "")),
        ("(None, 3)", ([None, 3], "")),
        ("two tensors", ([], "two tensors")),
        ([3, None], ([3, None], "")),
        (7, ([], "")),
    ],
)
def test_shapes_are_read_from_lists_and_text(shape: Any, expected: Any) -> None:
    layer = cards.layers([{"name": "a", "kind": "Dense", "shape": shape, "parameters": 1}])[0]
    assert (layer["shape"], layer["shape_text"]) == expected


STAGED: dict[str, Any] = {
    "dataset": "digits",
    "tier": "pocket",
    "rule": "backpropagation",
    "epochs": 1,
    "batch_size": 32,
    "evaluate_every": 1,
    "criterion": ["error", 5.0],
    "stages": [
        {
            "name": "alone",
            "rule": "contrastive_divergence",
            "epochs": 5,
            "limit": 500,
            "evaluate_every": None,
        },
        {"name": "labels", "rule": "backpropagation", "epochs": 20, "limit": None, "evaluate_every": 4},
    ],
}


def test_of_several_stages_the_last_says_how_often_it_is_scored_and_on_how_much() -> None:
    recipe = cards.recipe(STAGED)
    assert (recipe["evaluate_every"], recipe["limit"]) == (4, None)
    last = {**STAGED["stages"][1], "limit": 100, "evaluate_every": None}
    shorter = cards.recipe({**STAGED, "stages": [STAGED["stages"][0], last]})
    assert (shorter["evaluate_every"], shorter["limit"]) == (1, 100)
    assert cards.recipe({**STAGED, "stages": [STAGED["stages"][0], "odd"]})["evaluate_every"] == 1


@pytest.mark.parametrize(
    ("tries", "expected"), [(6, 6), (None, None), (-1, None), ("six", None), (1e300, None)]
)
def test_how_many_settings_a_recipe_was_chosen_from_is_no_hyperparameter(tries: Any, expected: Any) -> None:
    recipe = cards.recipe({**STAGED, "tries": tries})
    assert recipe["tries"] == expected
    assert cards.recipe_identity(recipe) == cards.recipe_identity(cards.recipe(STAGED))


@pytest.mark.parametrize("id", catalogue.ids())
def test_a_recorded_recipe_is_that_of_the_catalogue(id: str) -> None:
    """A record leaves out the fields that were added later and are at their defaults; a card has them all."""
    entry = catalogue.load(id)
    card = cards.entry(json.loads(json.dumps(catalogue.card(entry))))
    recorded = [cards.recipe(json.loads(json.dumps(catalogue.plain(recipe)))) for recipe in entry.recipes]
    assert [cards.recipe_identity(recipe) for recipe in recorded] == [
        cards.recipe_identity(recipe) for recipe in card["recipes"]
    ]


def test_a_recipe_of_stages_shows_their_values_in_place_of_its_own() -> None:
    rows = cards.recipe(STAGED)["rows"]
    assert rows == [
        ("criterion", "['error', 5.0]"),
        ("stage 1: alone: rule", "contrastive_divergence"),
        ("stage 1: alone: epochs", "5"),
        ("stage 1: alone: limit", "500"),
        ("stage 2: labels: rule", "backpropagation"),
        ("stage 2: labels: epochs", "20"),
        ("stage 2: labels: evaluate every", "4"),
    ]
