"""Numbers that no run can have left are told from those that one has."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from benchmarks.records.bundle import read_bundle
from benchmarks.records.csv_tables import to_rows
from benchmarks.records.plausibility import Doubt, implausible
from tests.records.examples import changed, make_record, staged

NOW = datetime(2026, 6, 1, tzinfo=UTC)
REFERENCE = sorted((Path(__file__).parents[2] / "results" / "reference").iterdir())


def honest(seed: int = 0) -> Any:
    """A record whose parts fit each other: 3 legs of 45 steps and 1,437 examples, in a run of 45 s of
    training.
    """
    record = make_record(seed)
    for leg in record["epochs"]:
        leg["train_s"] = 15.0
    record["run"]["train_s"] = 45.0
    return record


def found(*given: Any) -> list[Doubt]:
    tables = {
        "runs": [record["run"] for record in given],
        "epochs": [leg for record in given for leg in record["epochs"]],
        "measures": [row for record in given for row in record["measures"]],
        "machines": [record["machine"] for record in given],
    }
    return implausible(tables, {record["run"]["spec_id"]: record["spec"] for record in given}, NOW)


def test_an_honest_run_is_left_alone():
    assert found(honest()) == []


@pytest.mark.parametrize("folder", REFERENCE, ids=lambda folder: str(folder.name))
def test_nothing_in_the_published_bundles_is_doubted(folder):
    bundle = read_bundle(folder)
    tables = {table: to_rows(table, getattr(bundle, table)) for table in records.TABLES}
    assert implausible(tables, bundle.specs) == []


IMPOSSIBLE: list[tuple[str, Any, str]] = [
    ("measures.3.value", 101.0, "test error at the end is 101%, but can only be 0 to 100%"),
    ("measures.0.value", -5.0, "validation error after epoch 1 is -5%, but can only be 0 to 100%"),
    (
        "epochs.1.train_s",
        3e-28,
        "the leg that ends at epoch 2 has 4.79e+30 examples a second, more than the possible 1e+12",
    ),
    ("epochs.1.train_s", 15.1, "its legs have 45.1 train_s together, but the run has 45"),
    ("epochs.0.steps", 46, "its legs have 136 steps together, but the run has 135"),
    ("epochs.0.examples", 1440, "its legs have 4314 examples together, but the run has 4311"),
    ("epochs.2.epoch", 4, "its last leg ends at epoch 4, but the run at 3"),
    ("run.epochs", 4, "it has 4 epochs, but its recipe has 3"),
    ("spec.asked.recipe.stages", [{"epochs": 1}] * 2, "it has 3 epochs, but its recipe has 2"),
    ("run.batch_size", 31, "it saw 4311 examples in 135 steps of 31, which hold 4185 at most"),
    ("run.step_flop", 1e300, "a step takes 1e+300 operations, more than the possible 1e+21"),
    (
        "run.started",
        "9999-01-01T00:00:00Z",
        "it started at 9999-01-01T00:00:00Z, in the future",
    ),
    ("run.started", "2026-06-03T00:00:00Z", "in the future: set the clock"),
    ("run.started", "2014-12-31T23:59:59Z", "before 2015: set the clock"),
    ("run.train_s", 1e10, "train_s is 1e+10 s, more than ten years"),
    ("epochs.1.energy_j", 9e7, "its legs drew 2e+06 W over 45 s of training, more than the possible 20000 W"),
    ("machine.matmul_flops", 1e30, "matmul_flops is 1e+30, more than the possible 1e+19"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), IMPOSSIBLE)
def test_what_cannot_be_is_named_in_a_sentence_of_its_own(path, value, sentence):
    (one,) = found(changed(honest(), path, value))
    assert one.impossible
    assert sentence in one.sentence
    assert path.startswith("machine.") or (
        one.execution and one.sentence.startswith("lenet5_1998 on digits, seed 0: ")
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("measures.3.value", 100.0),
        ("measures.3.value", 0.0),
        ("measures.3.value", None),
        ("epochs.1.train_s", 15.0005),  # rounded
        ("run.epochs", 2.0),
        ("run.step_flop", None),
        ("run.started", "2026-06-01T20:00:00Z"),  # a time zone set wrongly
    ],
)
def test_what_can_just_be_is_left_alone(path, value):
    record = honest()
    if path == "run.epochs":
        record["epochs"].pop()
    assert found(changed(record, path, value)) == []


@pytest.mark.parametrize(
    ("name", "unit", "value"),
    [("style_distance", "%", 140.0), ("error_removed", "%", -20.0), ("mse", "", 1e6)],
)
def test_what_is_relative_may_lie_beyond_0_and_100(name, unit, value):
    record = honest()
    record["spec"]["measures"].append({"name": name, "unit": unit, "direction": "lower", "meaning": ""})
    record["measures"].append({**record["measures"][-1], "measure": name, "unit": unit, "value": value})
    assert found(record) == []


def test_a_run_of_several_stages_has_the_epochs_of_all():
    record = staged(honest())
    assert found(record) == []
    record["run"]["epochs"] = 4
    (one,) = found(record)
    assert one.impossible and one.sentence.endswith("it has 4 epochs, but its recipe has 3")


def test_a_measure_that_the_task_does_not_have_is_doubtful():
    record = honest()
    record["measures"].append({**record["measures"][-1], "measure": "brilliance", "unit": "", "value": 7.0})
    record["measures"].append(
        {**record["measures"][-1], "split": "train", "measure": "exploration", "epoch": 1}
    )
    (one,) = found(record)
    assert not one.impossible and one.sentence.endswith("its task has no measure 'brilliance'")


def test_a_measure_in_another_unit_is_doubtful():
    (one,) = found(changed(honest(), "measures.3.unit", "nats"))
    assert not one.impossible and "error is given in 'nats'" in one.sentence


def test_seeds_with_equal_weights_are_doubtful_where_there_are_many_of_them():
    (one,) = found(*(honest(seed) for seed in range(34)))
    assert not one.impossible
    assert "34 seeds (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...) ended in the same 60000 weights" in one.sentence
    few = [
        changed(honest(seed), "run.parameters", 3) for seed in range(3)
    ]  # a perceptron that found the same three weights
    assert found(*few) == []
    assert found(*(changed(honest(seed), "run.weights_sha256", f"{seed:064x}") for seed in range(3))) == []


def test_a_fit_with_a_single_optimum_is_found_by_every_seed():
    assert found(*(changed(honest(seed), "run.rule", "fit") for seed in range(3))) == []


def test_the_same_run_measured_again_may_end_in_the_same_weights():
    executions = [honest(), honest()]
    for id, record in zip(("a" * 16, "b" * 16), executions, strict=True):
        for row in (record["run"], *record["epochs"], *record["measures"]):
            row["execution_id"] = id
    assert found(*executions) == []
