"""How runs end, well or not, and what is left of them: on every backend, as jobs execute them."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import records
from benchmarks.spec import BACKENDS
from tests.compilation import HASTILY
from tests.engine.conftest import ROOT
from tests.engine.occasions import numbers

#: Of all processes here, since their numbers are compared to the bit.
HASTY = {**os.environ, "XLA_FLAGS": HASTILY}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=BACKENDS)
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not importlib.util.find_spec(request.param):
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp(request.param)
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.scenarios", request.param, str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=HASTY,
    )
    assert done.returncode == 0, done.stderr
    codes = json.loads((folder / "codes.json").read_text())
    assert set(codes.values()) == {0}, f"{codes}\n{done.stderr}"
    return folder


def summary(out: Path, scenario: str) -> dict[str, Any]:
    return json.loads((out / f"{scenario}.json").read_text())


def statuses(out: Path, scenario: str) -> list[str]:
    return [item["status"] for item in summary(out, scenario)["runs"]]


def runs(out: Path, scenario: str) -> list[dict[str, Any]]:
    """The records of a scenario's runs, in the order in which they were asked for."""
    return [
        records.read_record(out / scenario.split("-")[0] / item["record"])
        for item in summary(out, scenario)["runs"]
    ]


def test_the_same_run_gives_the_same_numbers_alone_and_after_others(out: Path) -> None:
    *_, third, _ = runs(out, "together")
    (alone,) = runs(out, "alone")
    assert alone["run"]["weights_sha256"]
    assert numbers(alone) == numbers(third)


def test_other_seeds_end_in_other_weights(out: Path) -> None:
    assert len({record["run"]["weights_sha256"] for record in runs(out, "together")}) == 4


def test_the_clocks_add_up_and_training_is_the_sum_of_its_legs(out: Path) -> None:
    for record in runs(out, "together"):
        row = record["run"]
        assert row["total_s"] == pytest.approx(sum(row[clock] for clock in records.CLOCKS), abs=1e-5)
        assert row["train_s"] == pytest.approx(sum(leg["train_s"] for leg in record["epochs"]), abs=1e-5)
        assert all(leg["train_s"] > 0 for leg in record["epochs"])


def test_only_the_first_run_of_a_process_pays_for_import_data_and_programs(out: Path) -> None:
    first, second, third, _ = (record["run"] for record in runs(out, "together"))
    assert first["import_s"] > 0 and second["import_s"] == third["import_s"] == 0
    assert first["data_s"] > 0 and second["data_s"] == third["data_s"] == 0


def test_a_run_out_of_time_is_continued_to_the_record_of_one_that_was_not(out: Path) -> None:
    assert statuses(out, "timeout") == ["timeout"]
    assert summary(out, "timeout")["runs"][0]["reason"].endswith("after epoch 1 of 4; the limit is 1e-06 s")
    (continued,) = runs(out, "timeout-continued")
    assert numbers(continued) == numbers(runs(out, "together")[0])
    assert continued["run"]["resumed"] == 1
    assert not list((out / "timeout" / "checkpoints").iterdir())


def test_a_run_that_stops_at_success_ends_as_one_that_was_asked_for_no_more(out: Path) -> None:
    stopped, short, never = runs(out, "stops")
    assert statuses(out, "stops") == ["ok"] * 3
    assert [record["run"]["epochs"] for record in (stopped, short, never)] == [1, 1, 4]
    assert stopped["run"]["weights_sha256"] == short["run"]["weights_sha256"]
    reached = [
        row["value"]
        for record in (stopped, never)
        for row in record["measures"]
        if row["measure"] == "epochs_to_criterion"
    ]
    assert reached == [1.0, None]


def test_a_run_whose_loss_leaves_the_numbers_has_diverged(out: Path) -> None:
    good, bad = runs(out, "mixed")
    assert (good["run"]["status"], bad["run"]["status"]) == ("ok", "diverged")
    assert bad["run"]["reason"].startswith("squared_error is ") and bad["run"]["reason"].endswith(
        " in epoch 1"
    )
    assert bad["run"]["weights_sha256"] == ""
    assert [row["value"] for row in bad["measures"]] == [None]


def test_a_run_whose_last_step_leaves_the_numbers_has_diverged(out: Path) -> None:
    (record,) = runs(out, "last")
    assert record["run"]["status"] == "diverged"
    assert record["run"]["reason"] == "weights are not finite after epoch 1"
    assert not [row for row in record["measures"] if row["split"] == "test"]


def test_what_has_ended_is_not_run_again_unless_the_source_has_changed(out: Path) -> None:
    assert statuses(out, "mixed-again") == ["ok", "diverged"]
    assert summary(out, "mixed-again")["lines"] == ["2 of 2 runs are already recorded"]
    assert summary(out, "mixed-again")["import_s"] == 0
    assert [item["reason"] for item in summary(out, "mixed-changed")["runs"]] == [
        "ValueError: trained again"
    ] * 2


def test_what_has_failed_is_run_again(out: Path) -> None:
    assert statuses(out, "mixed-repaired") == ["ok", "diverged"]


def test_wrong_data_are_an_error_of_their_run_alone(out: Path) -> None:
    broken, other = runs(out, "data")
    assert (broken["run"]["status"], other["run"]["status"]) == ("error", "ok")
    assert "train-images-idx3-ubyte" in broken["run"]["reason"] and "SHA-256" in broken["run"]["reason"]
    assert broken["run"]["parameters"] is None and broken["epochs"] == broken["measures"] == []


def test_a_model_that_does_not_fit_into_memory_is_out_of_memory(out: Path) -> None:
    assert statuses(out, "memory") == ["oom", "ok"]
    assert numbers(runs(out, "memory")[1]) == numbers(runs(out, "together")[1])


def test_a_crash_is_the_record_of_its_run_and_of_no_other(out: Path) -> None:
    failed, crashed, after, other = runs(out, "crash")
    assert [record["run"]["status"] for record in (failed, crashed, after, other)] == [
        "error",
        "error",
        "ok",
        "ok",
    ]
    assert failed["run"]["reason"] == "ValueError: this run fails"
    assert crashed["run"]["reason"] == "the process was ended by SIGSEGV"
    assert crashed["run"]["total_s"] is None and crashed["run"]["train_s"] is None, (
        "what died unmeasured is null, not 0"
    )
    assert numbers(after) == numbers(runs(out, "together")[2])


@pytest.fixture(scope="module")
def without_the_others(out: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Records of a job of the command line, in a process in which no other backend is installed."""
    backend = runs(out, "alone")[0]["run"]["backend"]
    folder = tmp_path_factory.mktemp("without")
    asked = [
        ("backprop_1986", "xor"),
        ("mcculloch_pitts_1943", "logic_gates"),
        ("perceptron_1958", "xor"),
        ("adaline_1960", "digits"),
    ]
    rows = [{"entry": entry, "recipe": recipe, "tier": "pocket", "seed": 0} for entry, recipe in asked]
    (folder / "runs.json").write_text(json.dumps(rows))
    threads = str(len(os.sched_getaffinity(0)))
    others = ",".join({"tensorflow": ["jax", "torch"], "jax": ["tensorflow", "torch"]}[backend])
    command = [
        sys.executable,
        "-m",
        "tests.engine.without",
        others,
        "--job",
        "one",
        "--runs",
        str(folder / "runs.json"),
    ]
    done = subprocess.run(
        [*command, "--backend", backend, "--threads", threads, "--out", str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=HASTY,
    )
    assert done.returncode == 0, done.stderr
    written = json.loads((folder / "jobs" / "one.json").read_text())
    assert written["job"] == "one" and written["import_s"] > 0
    assert done.stdout.count(": ok  ") == len(rows)
    return [records.read_record(folder / item["record"]) for item in written["runs"]]


def test_a_backend_needs_no_other(without_the_others: list[dict[str, Any]]) -> None:
    for record in without_the_others:
        assert record["run"]["status"] == "ok", record["run"]["reason"]
        assert {row["measure"] for row in record["measures"] if row["split"] == "test"} >= {
            "error",
            "accuracy",
        }


def test_two_processes_give_the_same_numbers(out: Path, without_the_others: list[dict[str, Any]]) -> None:
    """A job of the command line, and a fork among the scenarios: not a bit differs."""
    one, other = numbers(without_the_others[0]), numbers(runs(out, "together")[3])
    assert one["run"].pop("source_sha256") and other["run"].pop(
        "source_sha256"
    )  # may differ while somebody edits
    assert one == other
    assert one["run"]["weights_sha256"]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def sweeps(
    weights: list[np.ndarray], x: np.ndarray, y: np.ndarray, count: int, rate: float, momentum: float
) -> list[np.ndarray]:
    """Whole sweeps of back-propagation through one hidden layer, by the paper's equations, in float64."""
    velocity = [np.zeros_like(weight) for weight in weights]
    for _ in range(count):
        w1, b1, w2, b2 = weights
        hidden = sigmoid(x @ w1 + b1)
        output = sigmoid(hidden @ w2 + b2)
        at_output = (output - y[:, None]) * output * (1 - output)
        at_hidden = (at_output @ w2.T) * hidden * (1 - hidden)
        gradients = [x.T @ at_hidden, at_hidden.sum(0), hidden.T @ at_output, at_output.sum(0)]
        velocity = [momentum * v - rate * g for v, g in zip(velocity, gradients, strict=True)]
        weights = [weight + v for weight, v in zip(weights, velocity, strict=True)]
    return weights


@pytest.mark.parametrize(
    ("precision", "tolerance"), [("float32", 1e-5), ("bfloat16", 2e-2), ("float64", 1e-13)]
)
def test_training_is_as_exact_as_the_precision_that_was_asked_for(
    precision: str, tolerance: float, out: Path
) -> None:
    """Five sweeps of XOR against the paper's equations: as close as the precision allows, and no closer."""
    found = json.loads((out / f"precision-{precision}.json").read_text())["backprop_1986"]
    before, after = ([np.array(value) for value in found[moment]] for moment in ("before", "after"))
    expected = sweeps(before, np.array(found["x"], "float64"), np.array(found["y"], "float64"), 5, 0.5, 0.5)
    distance = max(np.abs(a - e).max() for a, e in zip(after, expected, strict=True))
    assert distance < tolerance
    if precision != "float64":
        assert distance > tolerance / 1e5


@pytest.mark.parametrize(
    ("precision", "variables", "compute"),
    [
        ("float32", "float32", "float32"),
        ("bfloat16", "float32", "bfloat16"),
        ("float64", "float64", "float64"),
    ],
)
def test_the_precision_is_that_of_variables_and_layers(
    precision: str, variables: str, compute: str, out: Path
) -> None:
    for found in json.loads((out / f"precision-{precision}.json").read_text()).values():
        assert found["variables"] == [variables]
        assert found["compute"] == [compute]
        assert found["output"] == compute
