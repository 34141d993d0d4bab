"""Every recipe of the pocket tier: its runs end well, learn, and use what their digest covers.

A recipe is trained here with one seed, unless runs of it are published that were made by the present source
with the locked software: then those are judged. One recipe of each task is trained in any case.
"""

import functools
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from benchmarks import catalogue, records, sources
from benchmarks.commands import past
from benchmarks.engine import provenance
from benchmarks.spec import Recipe
from tests.contract.conftest import NAME

PUBLISHED = Path(__file__).parents[2] / "results" / "reference"


class Ended(NamedTuple):
    """How a run ended, its final test measures, and which way each is better."""

    status: str
    reason: str
    final: dict[str, float]
    directions: dict[str, str]


def directions(spec: dict[str, Any]) -> dict[str, str]:
    """Which way each measure is better, as the spec of a record says."""
    return {measure["name"]: measure["direction"] for measure in spec["measures"]}


def published() -> dict[tuple[str, str], list[Ended]]:
    """The published runs that the present source and the locked software made, by entry and recipe."""
    found: dict[tuple[str, str], list[Ended]] = {}
    as_now = functools.cache(made_by_the_present_source)
    for folder in sorted(PUBLISHED.iterdir()):
        bundle = records.read_bundle(folder)
        runs, final = bundle.runs, bundle.measures
        runs = runs[
            (runs["tier"] == "pocket")
            & (runs["backend"] == NAME)
            & (runs["precision"] == "float32")
            & (runs["lock_sha256"] == provenance.facts()["lock_sha256"])
        ]
        final = final[(final["split"] == "test") & final["epoch"].isna()]
        measures = {
            execution: dict(zip(rows["measure"], rows["value"], strict=True))
            for execution, rows in final.groupby("execution_id")
        }
        for run in runs.to_dict("records"):
            spec = bundle.specs[run["spec_id"]]
            asked = json.dumps(spec["asked"])
            if as_now(run["entry"], run["recipe"], run["source_sha256"], run["spec_hash"], asked):
                ended = Ended(
                    run["status"], run["reason"], measures.get(run["execution_id"], {}), directions(spec)
                )
                found.setdefault((run["entry"], run["recipe"]), []).append(ended)
    return found


def made_by_the_present_source(id: str, name: str, source: str, spec_hash: str, asked: str) -> bool:
    """Whether the recipe is in the catalogue, and neither it nor the code that it uses has changed."""
    if id not in catalogue.ids():
        return False
    entry = catalogue.load(id)
    for recipe in catalogue.recipes(entry, "pocket"):
        if recipe.name == name:
            now = json.loads(asked) | {"recipe": catalogue.plain(recipe)}
            return (
                records.spec_hash(now) == spec_hash and sources.source_sha256(entry, recipe, NAME) == source
            )
    return False


def quickest_of_each_task() -> Iterator[tuple[str, str]]:
    """An entry and the name of a recipe for each task: what took the least time on a published machine."""
    seconds = past.on_any_backend(past.published(), "pocket", NAME)
    recipes: dict[str, list[tuple[str, str]]] = {}
    for id in catalogue.ids():
        entry = catalogue.load(id)
        for recipe in catalogue.recipes(entry, "pocket"):
            recipes.setdefault(recipe.task or entry.task, []).append((id, recipe.name))
    for keys in recipes.values():
        yield min(keys, key=lambda key: seconds.get(key, math.inf))


KNOWN = published()
for quickest in quickest_of_each_task():
    KNOWN.pop(quickest, None)
RECIPES = {
    (id, recipe.name): pytest.param(id, recipe, id=f"{id}-{recipe.name}")
    for id in catalogue.ids()
    for recipe in catalogue.recipes(catalogue.load(id), "pocket")
}
TRAINED = [parameter for key, parameter in RECIPES.items() if key not in KNOWN]
#: Modules that a run imports although they are neither in its digest nor in `sources.APART`, and why.
EXPLAINED = {
    **dict.fromkeys(
        (
            "benchmarks.engine.__main__",
            "benchmarks.engine.grace",
            "benchmarks.engine.orphans",
            "benchmarks.engine.repeat",
        ),
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
    asked = dict.fromkeys(
        (id, recipe.dataset, recipe.variant) for id, recipe in recipes if (id, recipe.name) not in KNOWN
    )
    command = [sys.executable, "-m", "tests.contract.children", NAME, str(out), json.dumps(list(asked))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def tier(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The records, by entry and recipe."""
    written = [records.read_record(path) for path in sorted(folder.glob("runs/*/*.json"))]
    return {(record["run"]["entry"], record["run"]["recipe"]): record for record in written}


def judge(recipe: Recipe, ended: Ended) -> None:
    """Fails unless the run has ended well, and has reached the recipe's floor if there is one."""
    assert ended.status == "ok", ended.reason
    assert ended.final
    if recipe.floor:
        name, value = recipe.floor
        reached = (
            ended.final[name] <= value if ended.directions[name] == "lower" else ended.final[name] >= value
        )
        assert reached, f"{name} is {ended.final[name]:.4g}, the recipe promises {value}"


@pytest.mark.parametrize(("id", "recipe"), TRAINED)
def test_the_run_ends_well_and_has_learned(
    id: str, recipe: Recipe, tier: dict[tuple[str, str], dict[str, Any]]
) -> None:
    record = tier[id, recipe.name]
    final = {
        row["measure"]: row["value"]
        for row in record["measures"]
        if row["split"] == "test" and row["epoch"] is None
    }
    run = record["run"]
    judge(recipe, Ended(run["status"], run["reason"], final, directions(record["spec"])))


@pytest.mark.parametrize(("id", "recipe"), [RECIPES[key] for key in KNOWN])
def test_the_published_runs_ended_well_and_have_learned(id: str, recipe: Recipe) -> None:
    for ended in KNOWN[id, recipe.name]:
        judge(recipe, ended)


@pytest.mark.parametrize(("id", "recipe"), TRAINED)
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
