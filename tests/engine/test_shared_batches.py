"""Devices that share each batch learn what one device learns, and what cannot be shared is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue, records
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench, WrongDevice
from tests.engine.occasions import numbers

ROOT = Path(__file__).parents[2]
#: Those of `shared_batches.STEPS`, which cannot be imported here without JAX.
NETS = ("adam_2014", "batch_norm_2015", "dropout_2012", "ciresan_mlp_2010", "lenet5_1998")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("shared")
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.shared_batches", str(out)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=4"},
    )
    assert done.returncode == 0, done.stderr
    return out


def read(folder: Path) -> dict[str, Any]:
    (path,) = (folder / "runs").rglob("*.json")
    return records.read_record(path)


@pytest.mark.slow
@pytest.mark.parametrize("devices", ["2", "4"])
@pytest.mark.parametrize("net", NETS)
def test_a_step_changes_what_it_changes_on_one_device(net: str, devices: str, results: Path) -> None:
    """To the rounding of float32: sums over the batch are taken in another order, and nothing else differs.

    Statistics of a part of the batch would change the variance of a normalisation by percents; a mask or a
    distortion that another device draws would change other weights.
    """
    steps = json.loads((results / f"step-{net}.json").read_text())
    alone, shared = steps["1"], steps[devices]
    assert shared["loss"] == pytest.approx(alone["loss"], rel=1e-6)
    assert len(shared["changes"]) == len(alone["changes"]) > 1
    learned = 0
    for ours, theirs in zip(shared["changes"], alone["changes"], strict=True):
        largest = max(map(abs, theirs), default=0.0)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=5e-4 * largest)
        learned += largest > 0
    assert learned > 1


@pytest.mark.slow
@pytest.mark.parametrize("devices", [1, 2, 4])
def test_each_device_has_its_part_of_the_batch_and_all_of_the_state(devices: int, results: Path) -> None:
    found = json.loads((results / "programs.json").read_text())[str(devices)]
    assert found["rows"] == [8 // devices]
    assert found["all_reduce"] == [devices > 1]
    assert found["copies"] == [devices, devices] and found["whole"] == [True, True]


@pytest.mark.slow
def test_a_run_ends_as_on_one_device_and_says_how_many_it_had(results: Path) -> None:
    alone = read(results / "1")
    test = {row["measure"]: row["value"] for row in alone["measures"] if row["split"] == "test"}
    assert set(test) == {"error", "accuracy"}
    assert "devices" not in alone["spec"]["asked"] and alone["run"]["devices"] == 1
    for devices in (2, 4):
        shared = read(results / str(devices))
        assert shared["run"]["status"] == "ok"
        assert shared["run"]["devices"] == shared["spec"]["asked"]["devices"] == devices
        assert f" --devices {devices}" in shared["run"]["command"]
        assert shared["run"]["run_id"] != alone["run"]["run_id"]
        assert records.question(shared) != records.question(alone)
        assert records.task_hash(shared["spec"]["asked"]) == records.task_hash(alone["spec"]["asked"])
        ours = {row["measure"]: row["value"] for row in shared["measures"] if row["split"] == "test"}
        # One of the 359 test examples more or less.
        assert ours == pytest.approx(test, abs=100 / 359 + 1e-6)


@pytest.mark.slow
def test_two_runs_on_two_devices_end_in_the_same_bits(results: Path) -> None:
    first, again = read(results / "2"), read(results / "again")
    assert numbers(first) == numbers(again)
    assert first["run"]["weights_sha256"] == again["run"]["weights_sha256"] != ""


@pytest.mark.slow
def test_a_killed_run_on_two_devices_ends_in_the_same_record(results: Path) -> None:
    reference, killed = read(results / "2"), read(results / "killed")
    assert numbers(killed) == numbers(reference)
    assert (reference["run"]["resumed"], killed["run"]["resumed"]) == (0, 1)


@pytest.mark.slow
def test_a_recipe_that_cannot_be_shared_says_why(results: Path) -> None:
    said = json.loads((results / "refusals.json").read_text())
    for id, recipe, why in (
        ("adagrad_2011", "rare_features", "they do not divide its batch_size 1"),
        ("td_gammon_1992", "small_race", "the host drives its rule td_lambda"),
        ("svm_1995", "digits", "its model SupportVectorMachine learns on the host"),
    ):
        assert said.pop(id) == (
            f"{id}, recipe {recipe}: 2 devices cannot share its batches, since {why};"
            " choose another number of devices, or 1"
        )
    assert not said
    uneven = read(results / "uneven")["run"]
    assert (uneven["status"], uneven["devices"]) == ("error", 4)
    assert uneven["reason"] == (
        "ValueError: mlp_mnist_1998, recipe digits: 4 devices cannot share its batches, since they do not"
        " divide its batch_size 10; choose another number of devices, or 1"
    )


def test_fewer_devices_than_are_asked_for_end_the_job(driver: Any) -> None:
    """They would be recorded as a run on all of them."""
    if driver.most_devices() > 1:
        pytest.skip("the backend has several devices here")
    entry = catalogue.load("adam_2014")
    with pytest.raises(WrongDevice, match=f"devices is 2, but {driver.name} can share a batch among 1 here"):
        Workbench(
            entry, catalogue.recipes(entry, "pocket")[0], Options(backend=driver.name, devices=2), Clock(), 0
        )
