"""What the pages of entries say about results."""

import dataclasses
from typing import Any

import pytest

from benchmarks import records
from report.loading import from_bundle
from report.results import Results
from report.site import entry_results
from tests.report import bundles


def recipes(results: Results) -> dict[str, list[dict[str, Any]]]:
    return entry_results.recipes(results, entry_results.outcomes(results))


def test_every_group_of_seeds_has_its_place(two: Any) -> None:
    results = from_bundle(records.read_bundle(two))
    found = recipes(results)
    assert list(found) and set(found) == set(results.entries)
    for id, of_entry in found.items():
        here = results.groups[results.groups["entry"] == id]
        names = [(one["recipe"], one["tier"]) for one in of_entry]
        assert len(names) == len(set(names)) == here[["recipe", "tier"]].drop_duplicates().shape[0]
        assert sum(len(one["groups"]) for one in of_entry) == len(here)
        for one in of_entry:
            assert [group["letter"] for group in one["groups"]] == ["A", "B"]


def test_only_the_machine_is_named_of_what_all_results_share(results: Results) -> None:
    (group,) = recipes(results)["lenet5_1998"][0]["groups"]
    assert group["letter"] == "" and group["where"] == []
    assert group["machine"] == "Intel Xeon Platinum 8481C, 2 cores, tensorflow 2.21.0"


def test_recipes_share_the_room(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_results, "MOST_GROUPS", 2)
    lenet = recipes(results)["lenet5_1998"]
    assert [(len(one["groups"]), one["left"]) for one in lenet] == [(1, 0), (1, 0), (0, 1)]


def test_values_of_a_recipe_are_told_once_and_in_bounds(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    (group,) = recipes(results)["lenet5_1998"][0]["groups"]
    assert dict(group["values"])["epochs"] == "20"
    assert group["values"][-1] == ("source of these values", "section 3 of the paper")
    monkeypatch.setattr(entry_results, "MOST_VALUE_LETTERS", 300)
    groups = [one["groups"][0] for one in recipes(results)["lenet5_1998"]]
    assert [len(one["values"]) + one["values_left"] for one in groups] == [len(group["values"])] * 3
    assert all(one["values_left"] and one["values"] for one in groups)


def test_a_changed_tree_and_several_commits_are_told(results: Results) -> None:
    runs = results.runs.copy()
    mine = runs["entry"] == "lenet5_1998"
    runs.loc[mine, "dirty"] = True
    runs.loc[runs.index[mine & (runs["recipe"] == "mnist")][0], "commit"] = "f" * 40
    (group,) = recipes(dataclasses.replace(results, runs=runs))["lenet5_1998"][0]["groups"]
    assert group["commits"] == 2 and group["dirty"] and group["repeat"]["dirty"]


def test_a_sentence_without_results_says_the_idea(results: Results) -> None:
    card = results.entries["lenet5_1998"]
    assert entry_results.in_a_sentence(card, []) == f"LeNet-5 (1998), re-run: {card['idea']}"


def test_six_seeds_have_an_interval() -> None:
    results = from_bundle(bundles.bundle(seeds=6, tiers=("standard",)))
    sentence = entry_results.in_a_sentence(results.entries["lenet5_1998"], recipes(results)["lenet5_1998"])
    assert "(median of 6 runs, 95% interval " in sentence and len(sentence) < 200
