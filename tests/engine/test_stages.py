"""Learning in stages: what each trains, what a model does between them, and that a run may die in any of
them.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue, records
from benchmarks.engine import programs, seeds
from benchmarks.engine import run as engine
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options, Run, asked
from benchmarks.engine.workbench import Workbench
from benchmarks.records.record import validate_record
from benchmarks.spec import Data, Entry, Recipe, Stage
from tests.engine.conftest import NAME
from tests.engine.occasions import numbers

SGD = {"name": "SGD", "learning_rate": 0.1, "momentum": 0.9}
FIRST = Stage("pre-training", optimizer=SGD, epochs=3, batch_size=50, limit=100, trains="hidden")
SECOND = Stage("fine-tuning", optimizer=SGD, epochs=4, batch_size=20, limit=200, evaluate_every=2)
THIRD = Stage(
    "round 2",
    optimizer={"name": "Adam", "learning_rate": 0.01},
    epochs=2,
    batch_size=25,
    limit=200,
    evaluate_every=None,
    trains="output",
    test_at_end=True,
)


@pytest.fixture(autouse=True)
def single_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """They compile faster than loops; which of the two is dispatched is nothing to the stages."""
    choice = programs.Choice(loop=False, xla=NAME == "jax")
    monkeypatch.setattr(programs, "choose", lambda *_: choice)


class Halving:
    """Made into a Keras model below: halves its hidden weights whenever a stage begins."""

    def begin_stage(self, name: str, data: Data, predict: Any) -> None:
        began.append((name, len(data.train["x"])))
        kernel = self.get_layer("hidden").kernel  # type: ignore[attr-defined]
        kernel.assign(kernel * 0.5)


#: The progress lines of the runs below.
lines: list[str] = []
#: The stages that models were told of, with the number of examples that they train on.
began: list[tuple[str, int]] = []


def build() -> Any:
    import keras

    layers = [
        keras.Input((8, 8, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(5, "tanh", name="hidden"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(10, name="output"),
    ]
    return type("HalvingModel", (Halving, keras.Sequential), {})(layers)


def entry(*stages: Stage, **changes: Any) -> tuple[Entry, Recipe]:
    recipe = Recipe("digits", "pocket", "this test", stages=stages, **changes)
    return replace(catalogue.load("mlp_mnist_1998"), build=build, pictures=None, recipes=(recipe,)), recipe


def bench(*stages: Stage, **changes: Any) -> Workbench:
    ready = Workbench(*entry(*stages, **changes), Options(backend=NAME), Clock(), 1)
    ready.reset(1)
    return ready


def weights(ready: Workbench) -> dict[str, np.ndarray]:
    ready.driver.sync()
    return {variable.path: np.asarray(variable.value).copy() for variable in ready.model.trainable_variables}


def test_a_stage_trains_its_part_alone(driver: Any) -> None:
    ready = bench(FIRST, THIRD)
    began.clear()
    ready.begin(0, Clock())
    before = weights(ready)
    ready.train_leg(0, 3)
    after = weights(ready)
    changed = {path for path in before if (before[path] != after[path]).any()}
    assert {path.split("/")[-2] for path in changed} == {"hidden"}
    ready.begin(1, Clock())
    before = weights(ready)
    ready.train_leg(3, 5)
    after = weights(ready)
    changed = {path for path in before if (before[path] != after[path]).any()}
    assert {path.split("/")[-2] for path in changed} == {"output"}
    assert began == [("pre-training", 100), ("round 2", 200)]


def test_what_a_model_assigns_when_a_stage_begins_is_the_state(driver: Any) -> None:
    ready = bench(FIRST)
    before = weights(ready)
    ready.begin(0, Clock())
    state = dict(zip((v.path for v in ready.driver.variables), ready.driver.read(), strict=True))
    for path, value in before.items():
        expected = value * 0.5 if path.endswith("hidden/kernel") else value
        np.testing.assert_array_equal(state[path], expected)


def record(folder: Path, one: Run, die_in_leg: int | None = None, **changes: Any) -> dict[str, Any] | None:
    """The record of the run; None where it is interrupted in the leg of this number."""
    options = Options(
        backend=NAME, out=folder, checkpoint_dir=folder / "checkpoints", checkpoint_s=0.0, **changes
    )
    train, legs = Workbench.train_leg, [0]

    def dying(self: Workbench, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        legs[0] += 1
        if legs[0] == die_in_leg:
            raise KeyboardInterrupt
        return train(self, first, last)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workbench, "train_leg", dying)
        try:
            (made,) = engine.run_recipe([one], options, 0.0, lines.append)
        except KeyboardInterrupt:
            return None
    validate_record(made)
    return made


@pytest.mark.parametrize("stages", [(FIRST, SECOND), (FIRST, SECOND, THIRD)], ids=["two", "three"])
def test_a_run_that_dies_in_each_stage_ends_in_the_same_record(
    stages: tuple[Stage, ...], tmp_path: Path, driver: Any
) -> None:
    of, recipe = entry(*stages)
    one = Run(of, recipe, 0)
    began.clear()
    whole = record(tmp_path / "whole", one)
    assert whole is not None and whole["run"]["status"] == "ok", lines
    names = [stage.name for stage in stages]
    assert [name for name, _ in began] == names
    began.clear()
    # Inside the first stage; after its last leg; inside the second; after its last leg; inside the third.
    for leg in (2, 3, 2, 2, 2)[: 2 * len(stages) - 1]:
        assert record(tmp_path / "killed", one, die_in_leg=leg) is None
    killed = record(tmp_path / "killed", one)
    assert killed is not None and killed["run"]["status"] == "ok", lines
    assert killed["run"]["resumed"] == 2 * len(stages) - 1
    assert numbers(killed) == numbers(whole)
    assert killed["run"]["weights_sha256"]


def test_the_record_says_what_was_done_in_which_stage(tmp_path: Path, driver: Any) -> None:
    of, recipe = entry(FIRST, SECOND, THIRD)
    made = record(tmp_path, Run(of, recipe, 0))
    assert made is not None
    run, legs = made["run"], made["epochs"]
    assert [(leg["epoch"], leg["stage"]) for leg in legs] == [
        *((epoch, "pre-training") for epoch in (1, 2, 3)),
        *((epoch, "fine-tuning") for epoch in (5, 7)),
        *((epoch, "round 2") for epoch in (8, 9)),
    ]
    assert [leg["epoch"] for leg in legs if leg["warm_up"]] == [1, 5, 8]
    assert (run["epochs"], run["steps"], run["batch_size"]) == (9, 3 * 2 + 4 * 10 + 2 * 8, 25)
    assert run["rule"] == "backpropagation"
    scored = {(row["split"], row["epoch"]) for row in made["measures"] if row["measure"] == "error"}
    assert scored == {
        *(("validation", epoch) for epoch in (1, 2, 3, 5, 7)),
        ("test", 9),
        ("test", None),
    }
    assert run["total_s"] == pytest.approx(sum(run[clock] for clock in records.CLOCKS), abs=1e-5)
    assert run["train_s"] == pytest.approx(sum(leg["train_s"] for leg in legs), abs=1e-5)


def test_a_run_out_of_time_in_a_stage_says_so_and_is_continued(tmp_path: Path, driver: Any) -> None:
    of, recipe = entry(FIRST, SECOND)
    one = Run(of, recipe, 0)
    cut = record(tmp_path, one, time_limit_s=1e-6)
    assert cut is not None and cut["run"]["status"] == "timeout"
    assert "after epoch 1 of 7" in cut["run"]["reason"]
    whole = record(tmp_path / "whole", one)
    continued = record(tmp_path, one)
    assert whole is not None and continued is not None
    assert numbers(continued) == numbers(whole)


def test_programs_serve_all_seeds(driver: Any) -> None:
    """The second seed on one bench ends as it does on a bench of its own."""

    def trained(ready: Workbench, seed: int) -> str:
        ready.reset(seed)
        for number, end in enumerate(ready.ends):
            ready.begin(number, Clock())
            ready.train_leg(end - ready.stages[number].stage.epochs, end)
        return ready.weights_sha256()

    shared = bench(FIRST, SECOND)
    assert trained(shared, 1) != trained(shared, 2)
    alone = Workbench(*entry(FIRST, SECOND), Options(backend=NAME), Clock(), 2)
    assert trained(shared, 2) == trained(alone, 2)


def test_stages_order_their_examples_differently() -> None:
    orders = {seeds.order(seeds.of_stage(7, stage), 0, 50, 5).tobytes() for stage in range(3)}
    assert len(orders) == 3
    assert seeds.of_stage(7, 0) == 7, "the first stage is that of a run with a single one"


def test_a_part_that_the_model_does_not_have_is_refused(driver: Any) -> None:
    with pytest.raises(
        ValueError, match="trains 'hiden', which is not a layer of the model: did you mean hidden"
    ):
        bench(replace(FIRST, trains="hiden"))
    with pytest.raises(ValueError, match="rule perceptron trains whole models"):
        bench(replace(FIRST, rule="perceptron", rule_options={"learning_rate": 1.0}))


def test_further_tasks_are_scored_once_at_the_end(tmp_path: Path, driver: Any) -> None:
    of, recipe = entry(FIRST, further_tasks={"counting": {"more": 2}})
    import sys
    import types

    from benchmarks.spec import Measure
    from benchmarks.tasks.protocol import Classifier

    def evaluate(predict: Any, model: Any, data: Data, split: str, more: int) -> Mapping[str, float]:
        with predict.sampling():
            return {"examples": float(len(data.train["x"]) + more)}

    task = types.ModuleType("benchmarks.tasks.counting")
    task.__dict__.update(
        evaluate=evaluate,
        NEEDS=("x",),
        MEASURES=(Measure("examples", "1", "higher", "how many"),),
        MODEL=Classifier,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, task.__name__, task)
        made = record(tmp_path, Run(of, recipe, 0))
    assert made is not None and made["run"]["status"] == "ok", made
    rows = [row for row in made["measures"] if row["measure"] == "examples"]
    total = len(catalogue_data().train["x"])
    assert [(row["split"], row["epoch"], row["value"], row["unit"]) for row in rows] == [
        ("test", None, total + 2.0, "1")
    ]
    assert made["run"]["sample_s"] > 0
    assert "examples" in {measure["name"] for measure in made["spec"]["measures"]}


def catalogue_data() -> Data:
    from benchmarks import datasets

    return datasets.load("digits")


# The words, and what is hashed of them.


def test_a_plain_recipe_is_its_own_single_stage() -> None:
    recipe = catalogue.recipe(catalogue.load("lenet5_1998"), "pocket", "digits")
    (stage,) = catalogue.stages(recipe)
    for name in catalogue.LEARNING:
        assert getattr(stage, name) == getattr(recipe, name)
    assert (stage.name, stage.dataset, stage.task, stage.trains) == ("", "", "", "")


def test_a_recipe_cannot_mix_stages_with_learning_of_its_own() -> None:
    with pytest.raises(ValueError, match="batch_size is set besides stages"):
        catalogue.stages(Recipe("digits", "pocket", "", batch_size=7, stages=(FIRST,)))
    with pytest.raises(ValueError, match="give each another name"):
        catalogue.stages(Recipe("digits", "pocket", "", stages=(FIRST, FIRST)))


def test_all_data_sets_and_tasks_of_a_recipe_are_known() -> None:
    stages = (replace(FIRST, dataset="xor", task="reconstruction"), SECOND)
    of, recipe = entry(*stages, further_tasks={"density": {}})
    assert catalogue.datasets(recipe) == ("digits", "xor")
    assert catalogue.tasks(of, recipe) == ("classification", "reconstruction", "density")
    assert asked(Run(of, recipe, 0), Options())["further_checksums"].keys() == {"xor"}


@pytest.mark.parametrize(
    ("id", "recipe", "spec_hash"),
    [("adaline_1960", "digits", "979937eeeceee187"), ("lenet5_1998", "digits", "6be10c63d6644ab7")],
)
def test_the_questions_of_published_results_keep_their_hash(id: str, recipe: str, spec_hash: str) -> None:
    one = catalogue.load(id)
    run = Run(one, catalogue.recipe(one, "pocket", recipe), 0)
    assert records.spec_hash(asked(run, Options(threads=1))) == spec_hash
    assert records.spec_hash(asked(run, Options(threads=1, devices=2))) != spec_hash


def test_a_model_that_lacks_a_method_of_its_task_fails_before_training(driver: Any) -> None:
    """The task scores at the end: without the check a run would train first, and fail then."""
    with pytest.raises(TypeError, match=r"the task generation asks for a Generator, and .* has no latent"):
        bench(FIRST, further_tasks={"generation": {}})


class Counter:
    """In place of a device's meter: each window has an energy of its own, and `calls` are in order."""

    disturbance = "clocks slowed by heat"

    def __init__(self) -> None:
        self.calls: list[str] = []

    def idle_w(self) -> float:
        self.calls.append("idle")
        return 40.0

    def start(self) -> None:
        self.calls.append("start")

    def read(self) -> dict[str, Any]:
        self.calls.append("read")
        return {"energy_j": float(len(self.calls)), "throttled": True, "other_processes": 0}


def test_the_energy_of_each_leg_is_recorded_and_the_idle_power_before_the_first(
    tmp_path: Path, driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter()
    monkeypatch.setattr(engine.power, "Meter", lambda uuids: counter)
    train = Workbench.train_leg

    def trained(self: Workbench, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        counter.calls.append("train")
        return train(self, first, last)

    monkeypatch.setattr(Workbench, "train_leg", trained)
    of, recipe = entry(FIRST, SECOND)
    options = Options(backend=NAME, out=tmp_path, checkpoint_dir=tmp_path / "checkpoints")
    lines.clear()
    runs = list(engine.run_recipe([Run(of, recipe, seed) for seed in (0, 1)], options, 0.0, lines.append))
    legs = [leg for made in runs for leg in made["epochs"]]
    assert counter.calls == ["idle", *["start", "train", "read"] * len(legs)]
    assert [leg["energy_j"] for leg in legs] == [1.0 + 3 * (number + 1) for number in range(len(legs))]
    assert [made["run"]["idle_w"] for made in runs] == [40.0, 40.0]
    assert all(leg["throttled"] and leg["other_processes"] == 0 for leg in legs)
    assert any(line.endswith("0 s left; clocks slowed by heat") for line in lines), lines


def test_without_a_counter_energy_is_unknown(
    tmp_path: Path, driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.power, "packages", lambda root: [])
    made = record(tmp_path, Run(*entry(FIRST), 0))
    assert made is not None and made["run"]["idle_w"] is None
    unknown = dict.fromkeys(("throttled", "other_processes", "energy_j"))
    if not driver.is_gpu():
        assert [{name: leg[name] for name in unknown} for leg in made["epochs"]] == [unknown] * 3
