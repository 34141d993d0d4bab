"""Every recipe of the pocket tier, with one seed: it ends well, learns, and uses what its digest covers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records, sources
from benchmarks.spec import Recipe
from tests.contract.conftest import NAME

RECIPES = [
    pytest.param(id, recipe, id=f"{id}-{recipe.name}")
    for id in catalogue.ids()
    for recipe in catalogue.recipes(catalogue.load(id), "pocket")
]
#: Modules that a run imports although they are neither in its digest nor in `sources.APART`, and why.
EXPLAINED = {
    **dict.fromkeys(
        ("benchmarks.engine.__main__", "benchmarks.engine.orphans", "benchmarks.engine.repeat"),
        "the command line, and what it alone uses",
    ),
    "benchmarks.pictures": "records encode its pictures; entries that draw with it have it in their digest",
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of one run of each selected recipe, each in its own process."""
    out = tmp_path_factory.mktemp("pocket")
    items = [
        item
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path
    ]
    recipes: list[tuple[str, Any]] = [
        (str(item.callspec.params["id"]), item.callspec.params["recipe"]) for item in items
    ]
    asked = dict.fromkeys((id, recipe.dataset, recipe.variant) for id, recipe in recipes)
    command = [sys.executable, "-m", "tests.contract.children", NAME, str(out), json.dumps(list(asked))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def tier(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The records, by entry and recipe."""
    written = [records.read_record(path) for path in sorted(folder.glob("runs/*/*.json"))]
    return {(record["run"]["entry"], record["run"]["recipe"]): record for record in written}


@pytest.mark.parametrize(("id", "recipe"), RECIPES)
def test_the_run_ends_well_and_has_learned(
    id: str, recipe: Recipe, tier: dict[tuple[str, str], dict[str, Any]]
) -> None:
    record = tier[id, recipe.name]
    assert record["run"]["status"] == "ok", record["run"]["reason"]
    final = {
        row["measure"]: row["value"]
        for row in record["measures"]
        if row["split"] == "test" and row["epoch"] is None
    }
    assert final
    if recipe.floor:
        name, value = recipe.floor
        directions = {measure["name"]: measure["direction"] for measure in record["spec"]["measures"]}
        reached = final[name] <= value if directions[name] == "lower" else final[name] >= value
        assert reached, f"{name} is {final[name]:.4g}, the recipe promises {value}"


@pytest.mark.parametrize(("id", "recipe"), RECIPES)
def test_the_digest_covers_what_was_imported_and_nothing_else(id: str, recipe: Recipe, folder: Path) -> None:
    imported = set(json.loads((folder / "imported" / id / f"{recipe.name}.json").read_text()))
    digested = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in sources.files(catalogue.load(id), recipe, NAME)
    }
    assert digested <= imported, "what the digest covers is used"
    for module in sorted(imported - digested - set(EXPLAINED)):
        path = sources._file(module, sources.HOME)
        without_code = path is None or not sources.read(path).digest
        # `optimizers/__init__.py` imports every module with optimisers, and uses those that the recipe names.
        other_optimizer = (
            path is not None
            and module.startswith(f"{sources.OPTIMIZERS}.")
            and not any(name in str(recipe) for name in defined(path))
        )
        assert sources.is_apart(module) or without_code or other_optimizer, module


def defined(path: Path) -> list[str]:
    """The names of the classes and functions of a file."""
    return [
        line.split()[1].split("(")[0]
        for line in path.read_text().splitlines()
        if line.startswith(("class ", "def "))
    ]
