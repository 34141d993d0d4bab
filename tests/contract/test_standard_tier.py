"""The standard tier of every entry, on a few real examples of each data set: loads, trains, evaluates.

Skipped where the files are absent.
"""

import dataclasses
import functools
import importlib
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.datasets.images import cifar10
from benchmarks.engine import backend, workbench
from benchmarks.engine.clock import Clock
from benchmarks.engine.compiled import CompiledStage
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench
from benchmarks.spec import Data, Entry, Recipe
from benchmarks.tasks import generation
from tests.contract.forked import in_child
from tests.contract.last_stage import last_stage_alone
from tests.datasets import miniature_imagenet


def chosen(entry: Entry) -> list[Recipe]:
    """The first recipe on each data set that has files, or else the first recipe of all.

    The pocket tier covers variants and generated data.
    """
    first = {recipe.dataset: recipe for recipe in reversed(catalogue.recipes(entry, "standard"))}
    real = [recipe for dataset, recipe in first.items() if datasets.card(dataset).files]
    return real or catalogue.recipes(entry, "standard")[:1]


STANDARD = [
    pytest.param(entry, recipe, id=f"{entry.id}-{recipe.name}")
    for entry in map(catalogue.load, catalogue.ids())
    for recipe in chosen(entry)
]
FEW = 4
#: Fewer steps where a task takes many for an exact number, and where a rule plays to learn.
SHORT_TASKS = {"temperatures": 100, "samples": 20, "episodes": 10, "test_episodes": 10, "simulations": 8}
SHORT_RULES = {"games": 4, "gate_games": 4, "simulations": 8, "iterations": 2, "learning_steps": 4}
PLAYED_STEPS = 1536

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def cifar10_is_read_once() -> Iterator[None]:
    """Two data sets hold its images, and to unpack them takes ten seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cifar10, "load", functools.cache(cifar10.load))
        yield


@functools.cache
def few(dataset: str, mirror: Path | None) -> Data:
    """The first examples of each split, read once for all entries that use the data set."""
    data = datasets.load(dataset, mirror)
    splits = {
        name: {key: value[:FEW].copy() for key, value in getattr(data, name).items()}
        for name in ("train", "validation", "test")
    }
    info = dict(data.info)
    if "references" in info:
        info["references"] = {name: texts[:FEW] for name, texts in info["references"].items()}
    return Data(**splits, info=info)


@pytest.fixture
def examples(recipe: Recipe, request: pytest.FixtureRequest) -> Data:
    """A few examples of the recipe's data set."""
    mirror: Path | None = None
    if datasets.card(recipe.dataset).files:
        mirror = request.getfixturevalue("data_dir")
        reason = datasets.available(recipe.dataset, mirror)
        if reason:
            pytest.skip(reason)
    return few(recipe.dataset, mirror)


def shortened(options: Mapping[str, Any], short: Mapping[str, int]) -> dict[str, Any]:
    """The options, with the shorter values of those that are there."""
    return {name: short.get(name, value) for name, value in options.items()}


def compile_no_steps(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning steps are called as Python: to compile one would take several times as long."""

    def training_program(
        self: Any, step: Any, data: Any, rows: int, batch_size: int, *choice: object, **more: object
    ) -> Callable[..., dict[str, float]]:
        def program(order: np.ndarray, count: int) -> dict[str, float]:
            from keras import ops

            logs = [
                step({key: ops.take(value, indices, axis=0) for key, value in data.items()})
                for indices in order[:count]
            ]
            return {name: sum(float(log[name]) for log in logs) for name in logs[0]}

        return program

    driver = backend.driver_class(options.backend)
    monkeypatch.setattr(driver, "training_program", training_program)
    monkeypatch.setattr(driver, "step_work", lambda *_: None)


@pytest.mark.parametrize(("entry", "recipe"), STANDARD)
@in_child
def test_a_few_real_examples_go_through(
    entry: Entry, recipe: Recipe, examples: Data, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = last_stage_alone(recipe)
    # A rule that acts on the host takes thousands of steps in a leg, whatever the number of examples.
    if not hasattr(importlib.import_module(f"benchmarks.rules.{last.rule}").Learner, "leg"):
        compile_no_steps(options, monkeypatch)
    monkeypatch.setattr(workbench, "load_data", lambda *_: examples)
    monkeypatch.setattr(generation, "FeatureNet", functools.partial(generation.FeatureNet, steps=30))
    short = dataclasses.replace(
        last,
        epochs=min(last.epochs, 1),
        evaluate_every=1,
        steps_per_epoch=last.steps_per_epoch and min(last.steps_per_epoch, PLAYED_STEPS),
        batch_size=min(last.batch_size, FEW),
        task_options=shortened(last.task_options, SHORT_TASKS),
        rule_options=shortened(last.rule_options, SHORT_RULES),
    )
    ready = Workbench(entry, short, options, Clock(), 0)
    ready.reset(0)
    if short.epochs:
        logs = ready.train_leg(0, 1)[2]
        assert all(math.isfinite(value) for value in logs.values())
    scores = ready.evaluate("test")
    assert scores and all(math.isfinite(value) for value in scores.values())


@in_child
def test_a_net_of_full_size_learns_from_photographs_in_the_folders_of_imagenet(
    tmp_path: Path, options: Options
) -> None:
    """The narrowest MobileNet, with a thousand outputs and the paper's crops, on images of three classes."""
    entry = catalogue.load("mobilenet_2017")
    recipe = catalogue.recipe(entry, "paper", "imagenet-0.25")
    mirror = miniature_imagenet.write(tmp_path)
    short = dataclasses.replace(recipe, epochs=2, evaluate_every=1, batch_size=16)
    ready = Workbench(entry, short, dataclasses.replace(options, data_dir=mirror), Clock(), 0)
    ready.reset(0)
    assert isinstance(ready.stages[0], CompiledStage) and ready.stages[0].streamed
    assert ready.model.count_params() > 400_000 and ready.model.output_shape == (None, 1000)
    first, second = (ready.train_leg(epoch, epoch + 1)[2]["loss"] for epoch in range(2))
    assert second < first < 2 * math.log(1000), "three of a thousand classes are soon told from the rest"
    scores = ready.evaluate("test")
    assert 0.0 <= scores["top5_error"] <= scores["error"] <= 100.0
