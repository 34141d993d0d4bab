"""Which runs are worth most in a given time."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue
from benchmarks.commands import budget, needs, past, select
from benchmarks.commands.budget import chosen, pace, worth
from benchmarks.spec import Entry
from tests.commands.examples import published


def run(entry: str, seed: int = 0, recipe: str = "digits", execution: int = 1) -> dict[str, Any]:
    return {"entry": entry, "recipe": recipe, "tier": "pocket", "seed": seed, "execution": execution}


LENET = [run("lenet5_1998", seed) for seed in range(3)]
ADALINE = [run("adaline_1960", seed) for seed in range(3)]
KNOWN = {("lenet5_1998", "digits"): 10.0, ("adaline_1960", "digits"): 10.0}


@pytest.fixture(autouse=True)
def equal_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "worth", lambda entry, recipe, tier: 1)


@pytest.mark.parametrize(
    ("all_s", "seeds"),
    [(9, (0, 0)), (10, (1, 0)), (20, (1, 1)), (30, (2, 1)), (40, (2, 2)), (60, (3, 3)), (1000, (3, 3))],
)
def test_every_recipe_comes_before_another_seed_of_one(all_s: float, seeds: tuple[int, int]) -> None:
    kept = chosen([*LENET, *ADALINE], KNOWN, 0.0, all_s, 100.0)
    assert kept == [*LENET[: seeds[0]], *ADALINE[: seeds[1]]]


def test_what_shows_more_in_a_second_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = KNOWN | {("adaline_1960", "digits"): 2.0}
    # The third seed in two seconds is worth a sixth in a second, the first in ten a tenth.
    assert chosen([*LENET, *ADALINE], quick, 0.0, 6.0, 100.0) == ADALINE
    monkeypatch.setattr(budget, "worth", lambda entry, recipe, tier: 20 if entry == "lenet5_1998" else 1)
    assert chosen([*LENET, *ADALINE], quick, 0.0, 12.0, 100.0) == [LENET[0], ADALINE[0]]


def test_nothing_starts_that_cannot_finish_or_of_which_nothing_is_known() -> None:
    assert chosen(LENET, KNOWN, 0.0, 1000.0, 9.9) == []
    assert chosen(LENET, {}, 0.0, 1000.0, 1000.0) == []


def test_imports_are_part_of_the_budget() -> None:
    import_s = 8.0 * budget.SHARE_AN_IMPORT
    assert chosen(LENET, KNOWN, import_s, 17.9, 100.0) == []
    assert chosen(LENET, KNOWN, import_s, 28.0, 100.0) == LENET[:2]


def test_a_run_comes_with_the_one_from_whose_weights_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    load = catalogue.load

    def with_start(id: str) -> Entry:
        entry = load(id)
        if id != "adaline_1960":
            return entry
        recipes = (
            dataclasses.replace(recipe, starts_from="lenet5_1998/digits")
            if recipe.name == "digits"
            else recipe
            for recipe in entry.recipes
        )
        return dataclasses.replace(entry, recipes=tuple(recipes))

    monkeypatch.setattr(catalogue, "load", with_start)
    quick = KNOWN | {("adaline_1960", "digits"): 1.0}
    assert chosen([*LENET, *ADALINE], quick, 0.0, 10.9, 100.0) == [LENET[0]]
    assert chosen([*LENET, *ADALINE], quick, 0.0, 11.0, 100.0) == [LENET[0], ADALINE[0]]


def test_a_recipe_is_worth_the_claims_that_it_answers() -> None:
    entry = catalogue.load("lenet5_1998")
    for recipe in catalogue.recipes(entry, "standard"):
        answered = [
            claim
            for claim in entry.claims
            if not claim.not_comparable and (claim.dataset, claim.variant) == (recipe.dataset, recipe.variant)
        ]
        assert worth(entry.id, recipe.name, "standard") == 1 + len(answered)
    assert (
        max(worth(entry.id, recipe.name, "standard") for recipe in catalogue.recipes(entry, "standard")) > 1
    )


def test_pace() -> None:
    published = {("a", "x"): 45.0, ("b", "x"): 50.0}
    assert pace({}, published) == (1.0, 0)
    assert pace({("a", "x"): 120.0, ("b", "x"): 75.0, ("c", "x"): 9.0}, published) == (2.0, 2)


def test_a_second_call_chooses_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the first has measured a machine that is twice as slow."""
    published(monkeypatch, tmp_path, {"lenet5_1998": 100.0}, "pocket")
    config = select.checked({"entries": "lenet5_1998", "backend": "jax", "budget": "10min"})
    first = budget.affords(config, 600.0, 2, tmp_path, keep=False)
    assert first == (2 * (600 - budget.BESIDE_S), 600 - budget.BESIDE_S)
    assert not (tmp_path / "plans").exists(), "a dry run leaves nothing"
    assert budget.affords(config, 600.0, 2, tmp_path, keep=True) == first
    (tmp_path / "bundle").mkdir()
    rows = (past.PUBLISHED / "one/runs.csv").read_text().replace("100.0", "205.0")
    (tmp_path / "bundle/runs.csv").write_text(rows)
    assert budget.affords(config, 600.0, 2, tmp_path, keep=True) == first
    other = select.checked({"entries": "lenet5_1998", "backend": "jax", "budget": "10min", "seeds": 9})
    assert budget.affords(other, 600.0, 2, tmp_path, keep=True)[1] == pytest.approx(first[1] / 2, rel=0.03)


@pytest.mark.parametrize("noted", ['"many"', "null", "NaN", "-1"])
def test_a_bad_note_of_what_a_budget_affords_is_written_again(tmp_path: Path, noted: str) -> None:
    config = select.checked({"entries": "lenet5_1998", "backend": "jax", "budget": "10min"})
    first = budget.affords(config, 600.0, 2, tmp_path, keep=True)
    (note,) = (tmp_path / "plans").glob("budget-*.json")
    note.write_text(f'{{"all_s": {noted}, "one_s": 1}}')
    assert budget.affords(config, 600.0, 2, tmp_path, keep=True) == first
    assert budget.affords(config, 600.0, 2, tmp_path, keep=True) == first


def test_only_what_is_chosen_is_in_a_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {"perceptron_1958": 5.0, "lenet5_1998": 50.0}
    published(monkeypatch, tmp_path, seconds, "pocket")
    config = select.checked({"entries": "perceptron_1958,lenet5_1998", "backend": "jax", "budget": "2min"})
    jobs = select.jobs(config | {"affords": (40.0, 40.0)})
    kept = [run for runs in jobs.values() for run in runs]
    assert {needs.of(run)[0] for run in kept} == {"perceptron_1958"}
    assert len(kept) == 8
    assert select.budget_remark(config, jobs).startswith("within the budget are 8 of ")
    with pytest.raises(ValueError, match="no run is known to fit into budget=2min"):
        select.jobs(config | {"affords": (1.0, 1.0)})
