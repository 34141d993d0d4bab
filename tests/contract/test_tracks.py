"""Recipes of the tracks that are ours: each chosen from as many settings as any other, all of them on record.

Imports no framework.
"""

import functools
import json
import math
from pathlib import Path

import pytest

from benchmarks import catalogue, datasets, measures, tracks
from benchmarks.commands import tune
from benchmarks.spec import Entry, Recipe

TRIED = tune.read(Path(__file__).parents[2] / "docs" / "tries.csv")
#: The recipes that say how many settings they were chosen from.
COUNTED = [
    pytest.param(entry, recipe, id=f"{entry.id}-{recipe.tier}-{recipe.name}")
    for entry in map(catalogue.load, catalogue.ids())
    for recipe in entry.recipes
    if recipe.tries is not None
]


def rows_of(entry: Entry, recipe: Recipe) -> list[dict[str, str]]:
    """The tries of a recipe."""
    key = (entry.id, recipe.tier, recipe.name)
    return [row for row in TRIED if (row["entry"], row["tier"], row["recipe"]) == key]


@functools.cache
def examples(dataset: str) -> int:
    """How many examples the validation split has."""
    return len(datasets.load(dataset).validation["x"])


def plain(recipe: Recipe) -> str:
    """A recipe as text; tuples are lists."""
    return json.dumps(catalogue.plain(recipe), sort_keys=True)


def within_noise(entry: Entry, recipe: Recipe, chosen: float, best: float) -> bool:
    """Whether shares of the validation split differ by at most the standard error of their difference.

    Values of another measure may differ by a hundredth.
    """
    task = recipe.task or entry.task
    unit = next(one.unit for one in measures.of(task) if one.name == tune.measure_of(entry, recipe))
    if unit != "%":
        return abs(chosen - best) <= 0.01 * abs(best)
    shares = [value / 100.0 for value in (chosen, best)]
    variance = sum(share * (1.0 - share) for share in shares) / examples(recipe.dataset)
    return abs(shares[0] - shares[1]) <= math.sqrt(variance)


@pytest.mark.parametrize(("entry", "recipe"), COUNTED)
def test_every_recipe_of_a_track_that_is_ours_was_chosen_from_as_many_settings(
    entry: Entry, recipe: Recipe
) -> None:
    of_recipe = [
        track
        for track in tracks.TRACKS
        if track.dataset == recipe.dataset and not set(track.tasks).isdisjoint(catalogue.tasks(entry, recipe))
    ]
    assert of_recipe, "it is on no track"
    assert recipe.tries == tracks.TRIES


@pytest.mark.parametrize(("entry", "recipe"), COUNTED)
def test_the_settings_are_on_record_and_the_recipe_has_the_chosen_one(entry: Entry, recipe: Recipe) -> None:
    tried = rows_of(entry, recipe)
    assert len({row["setting"] for row in tried}) == len(tried) == recipe.tries
    (chosen,) = (row for row in tried if row["chosen"])
    for row in tried:
        setting = tune.read_setting(row["setting"].split("; "))
        same = plain(tune.changed(recipe, setting)) == plain(recipe)
        assert same == (row is chosen), row["setting"]
    assert {row["measure"] for row in tried} == {tune.measure_of(entry, recipe)}


@pytest.mark.parametrize(("entry", "recipe"), COUNTED)
def test_the_chosen_setting_is_the_best_or_as_good_as_the_best(entry: Entry, recipe: Recipe) -> None:
    tried = rows_of(entry, recipe)
    place = tune.best(tried, tune.direction_of(entry, recipe, tune.measure_of(entry, recipe)))
    assert place is not None
    chosen, best = (tune.score(row) for row in (next(row for row in tried if row["chosen"]), tried[place]))
    assert chosen is not None and best is not None
    assert chosen == best or within_noise(entry, recipe, chosen, best)


def test_no_try_is_of_a_recipe_that_does_not_count_it() -> None:
    counted = {(p.values[0].id, p.values[1].tier, p.values[1].name) for p in COUNTED}  # type: ignore[union-attr]
    assert {(row["entry"], row["tier"], row["recipe"]) for row in TRIED} == counted
