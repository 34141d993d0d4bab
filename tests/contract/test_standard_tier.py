"""The standard tier of every entry on a few real examples of each of its data sets: loads, trains, evaluates. Skipped where the files are absent."""

import dataclasses
import functools
import math
from pathlib import Path

import pytest

from benchmarks import catalogue, datasets
from benchmarks.engine import workbench
from benchmarks.engine.clock import Clock
from benchmarks.engine.identity import Options
from benchmarks.engine.workbench import Workbench
from benchmarks.spec import Data, Entry, Recipe

#: Of each entry and data set the first recipe: variants are held to the pocket tier and to their parameter counts.
STANDARD = [
    pytest.param(entry, recipe, id=f"{entry.id}-{recipe.name}")
    for entry in map(catalogue.load, catalogue.ids())
    for recipe in {recipe.dataset: recipe for recipe in reversed(catalogue.recipes(entry, "standard"))}.values()
]
FEW = 64
#: What a task does at length for an exact number, in short here.
SHORT_TASKS = {"temperatures": 100}

pytestmark = pytest.mark.slow


@functools.cache
def few(dataset: str, mirror: Path | None) -> Data:
    """The first examples of each split: read once for all entries that learn from them."""
    data = datasets.load(dataset, mirror)
    splits = {name: {key: value[:FEW].copy() for key, value in getattr(data, name).items()} for name in ("train", "validation", "test")}
    info = dict(data.info)
    if "references" in info:
        info["references"] = {name: texts[:FEW] for name, texts in info["references"].items()}
    return Data(**splits, info=info)


@pytest.mark.parametrize(("entry", "recipe"), STANDARD)
def test_a_few_real_examples_go_through(
    entry: Entry, recipe: Recipe, options: Options, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror: Path | None = None
    if datasets.card(recipe.dataset).files:
        mirror = request.getfixturevalue("data_dir")
        reason = datasets.available(recipe.dataset, mirror)
        if reason:
            pytest.skip(reason)
    monkeypatch.setattr(workbench, "load_data", lambda wanted, folder: few(wanted.dataset, folder))
    task_options = {**recipe.task_options, **{key: value for key, value in SHORT_TASKS.items() if key in recipe.task_options}}
    batch_size = min(recipe.batch_size, FEW)
    short = dataclasses.replace(recipe, epochs=min(recipe.epochs, 1), evaluate_every=1, batch_size=batch_size, task_options=task_options)
    ready = Workbench(entry, short, dataclasses.replace(options, data_dir=mirror), Clock(), 0)
    ready.reset(0)
    if short.epochs:
        logs = ready.train_leg(0, 1, 0)[2]
        assert all(math.isfinite(value) for value in logs.values())
    scores = ready.evaluate("test")
    assert scores and all(math.isfinite(value) for value in scores.values())
