"""What stands for an entry, where there is room for one thing only."""

from pathlib import Path

import pytest

from report.loading import from_bundle
from report.results import Results
from report.site.pages.entry_list import entry_list
from report.site.site import Site
from report.tables import all_tables
from tests.report import bundles
from tests.report.test_loading import with_an_edited_recipe
from tests.report.variations import POCKET, few, loaded, only

LENET = {"lenet5_1998"}


@pytest.fixture(scope="module")
def far_apart(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """LeNet-5 on machine A in the pocket tier, and on machine B in the standard tier."""
    pocket = only(bundles.bundle(tiers=POCKET), LENET)
    standard = only(bundles.bundle(tiers=("standard",)), LENET)
    return loaded(tmp_path_factory.mktemp("far_apart"), pocket, bundles.again(standard, 1, caches="L2 4 MiB"))


def test_the_fullest_recipe_stands_for_an_entry_on_whatever_machine_it_ran(
    far_apart: Results, tmp_path: Path
) -> None:
    assert far_apart.representatives["tier"].tolist() == ["pocket", "standard"]
    (group,) = far_apart.foremost.to_dict("records")
    assert (group["machine"], group["recipe"]) == ("B", "mnist")
    site = Site(far_apart, all_tables(far_apart), {}, None, tmp_path)  # type: ignore[arg-type]
    (card,) = entry_list(site)
    assert card["result"].endswith("% on mnist (standard, 3 seeds)")


def test_a_control_stands_for_no_entry_whose_own_net_was_run() -> None:
    """Even if the control alone ran in the fuller tier."""
    results = from_bundle(only(bundles.bundle(tiers=("pocket", "standard")), LENET))
    results.runs.loc[results.runs["recipe"] == "mnist", "variant"] = "control"
    (group,) = results.foremost.to_dict("records")
    assert (group["recipe"], group["variant"], group["tier"]) == ("digits", "", "pocket")


def test_of_machines_that_ran_one_recipe_the_one_with_most_runs_stands(tmp_path: Path) -> None:
    one = few(seeds=2)
    more = bundles.again(few(seeds=3), 1, caches="L2 4 MiB")
    results = loaded(tmp_path, one, more)
    assert dict(results.representatives.groupby("machine")["ok"].max()) == {"A": 2, "B": 3}
    assert set(results.foremost["machine"]) == {"B"}


def test_a_recipe_of_the_catalogue_comes_before_its_older_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older version ran on the first machine, and took longer."""
    one = few()
    older = bundles.again(with_an_edited_recipe(one, monkeypatch), 0, slower=2.0)
    results = loaded(tmp_path, older, bundles.again(one, 1, caches="L2 4 MiB"))
    assert set(results.foremost["version"]) == {""}
    assert set(results.foremost["machine"]) == {"B"}


def test_what_is_measured_on_the_training_examples_is_no_headline() -> None:
    """Although the first claim on these data is about it."""
    results = from_bundle(only(bundles.bundle(tiers=("standard",)), LENET))
    claims = results.entries["lenet5_1998"]["claims"]
    claims.insert(0, {**claims[0], "metric": "train_error"})
    results.measures.loc[results.measures["measure"] == "loss", "measure"] = "train_error"
    assert "train_error" in set(results.final_measures["measure"])
    assert set(results.headline_measures.values()) == {"error"}
