"""The whole pocket tier, one seed, as a user runs it: every run ends well and has learned what its recipe promises."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records
from benchmarks.spec import Recipe
from tests.contract.conftest import NAME

RECIPES = [pytest.param(id, recipe, id=f"{id}-{recipe.name}") for id in catalogue.ids() for recipe in catalogue.recipes(catalogue.load(id), "pocket")]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """The records of all runs of the entries that were asked for, by entry and recipe."""
    out = tmp_path_factory.mktemp("pocket")
    items = [item for item in request.session.items if isinstance(item, pytest.Function) and item.path == request.path]
    ids = dict.fromkeys(str(item.callspec.params["id"]) for item in items)
    command = [sys.executable, "-m", "benchmarks.engine", *ids, "--tier", "pocket", "--backend", NAME, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    found = [records.read_record(path) for path in sorted(out.glob("runs/*/*.json"))]
    return {(record["run"]["entry"], record["run"]["recipe"]): record for record in found}


@pytest.mark.parametrize(("id", "recipe"), RECIPES)
def test_the_run_ends_well_and_has_learned(id: str, recipe: Recipe, tier: dict[tuple[str, str], dict[str, Any]]) -> None:
    record = tier[id, recipe.name]
    assert record["run"]["status"] == "ok", record["run"]["reason"]
    final = {row["measure"]: row["value"] for row in record["measures"] if row["split"] == "test" and row["epoch"] is None}
    assert final
    if recipe.floor:
        name, value = recipe.floor
        directions = {measure["name"]: measure["direction"] for measure in record["spec"]["measures"]}
        reached = final[name] <= value if directions[name] == "lower" else final[name] >= value
        assert reached, f"{name} is {final[name]:.4g}, the recipe promises {value}"
