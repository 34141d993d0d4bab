"""What every entry must say of itself. Imports no framework."""

import importlib.util
import subprocess
import sys

import pytest

from benchmarks import catalogue, datasets, measures
from benchmarks.spec import FAMILIES, TIERS, Entry

IDS = catalogue.ids()


def directions(task: str) -> dict[str, str]:
    """Which way is better, for each measure that a run of this task may have."""
    return {measure.name: measure.direction for measure in (*measures.of(task), measures.CRITERION)}


@pytest.fixture(params=IDS)
def entry(request: pytest.FixtureRequest) -> Entry:
    return catalogue.load(request.param)


def test_the_card_is_complete(entry: Entry) -> None:
    assert entry.family in FAMILIES
    assert len(entry.story) > 300, "the docstring tells why it mattered and what it could not do"
    assert entry.idea.endswith(".")
    assert entry.id.endswith(f"_{entry.paper.year}")
    assert all((entry.paper.title, entry.paper.authors, entry.paper.venue))
    assert all(text.endswith(".") for text in entry.deviations), "a deviation is a sentence"


def test_every_recipe_can_be_found_and_says_where_it_comes_from(entry: Entry) -> None:
    assert {recipe.tier for recipe in entry.recipes} >= {"pocket", "standard"}
    for tier in TIERS:
        names = [recipe.name for recipe in catalogue.recipes(entry, tier)]
        assert len(names) == len(set(names))
    for recipe in entry.recipes:
        assert recipe.source
        assert set(catalogue.datasets(recipe)) <= set(datasets.ids())
        assert not recipe.variant or recipe.variant in entry.variants
        for stage in catalogue.stages(recipe):
            assert importlib.util.find_spec(f"benchmarks.rules.{stage.rule}"), (
                f"no learning rule {stage.rule!r}"
            )
        if recipe.stops_at_criterion:
            # Judged on the validation split, during the only stage.
            assert recipe.criterion and recipe.train_on == "train" and not recipe.stages
        for named in (recipe.floor, recipe.criterion):
            assert named is None or directions(recipe.task or entry.task)[named[0]] in ("lower", "higher")


def test_the_pocket_tier_needs_no_network(entry: Entry) -> None:
    for recipe in catalogue.recipes(entry, "pocket"):
        assert datasets.available(recipe.dataset) is None


def test_every_claim_cites_a_place_and_can_be_answered_or_says_why_not(entry: Entry) -> None:
    tasks = {task for recipe in entry.recipes for task in catalogue.tasks(entry, recipe)}
    names = set().union(*map(directions, tasks))
    for claim in entry.claims:
        assert claim.where
        assert not claim.variant or claim.variant in entry.variants
        if not claim.not_comparable:
            assert claim.metric in names
            assert claim.dataset in datasets.ids()


def test_facts_of_the_time_name_their_source(entry: Entry) -> None:
    for fact in entry.history:
        assert fact.what in {
            "training_flop",
            "parameters",
            "examples",
            "hours",
            "hardware",
            "record_seconds",
            "record_flop",
        }
        assert fact.source
        assert not fact.variant or fact.variant in entry.variants


def test_the_catalogue_is_read_without_any_framework() -> None:
    code = (
        "import sys; from benchmarks import catalogue, datasets\n"
        "for id in catalogue.ids(): catalogue.card(catalogue.load(id))\n"
        "for id in datasets.ids(): datasets.card(id)\n"
        "loaded = {'keras', 'tensorflow', 'jax', 'torch', 'pandas', 'sklearn'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
