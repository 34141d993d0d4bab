"""Speeds at growing batch sizes: what is measured, when a series ends, and what is left behind."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue, datasets, power, records
from benchmarks.commands.reading import read_speeds
from benchmarks.commands.select import checked
from benchmarks.engine import backend
from benchmarks.records.validation import table_defects
from benchmarks.spec import Recipe, Stage
from benchmarks.speed import batch_sizes
from tests.engine.conftest import NAME

ROOT = Path(__file__).parents[2]


def series_of(speeds: dict[int, float], deadline: float) -> list[int]:
    """The batch sizes that a series tries, where these are the examples a second at each."""

    def measure(batch_size: int) -> dict[str, Any]:
        return {"examples": 1000, "seconds": [1000 / speeds[batch_size]]}

    return [row["batch_size"] for row in batch_sizes.series("training", 8, measure, deadline)]


def test_a_series_ends_when_larger_batches_gain_less_than_a_tenth() -> None:
    later = float("inf")
    assert series_of({8: 100, 32: 200, 128: 215, 512: 900}, later) == [8, 32, 128]
    assert series_of({8: 100, 32: 200, 128: 230, 512: 240}, later) == [8, 32, 128, 512]


def test_a_series_ends_when_its_time_is_over_and_always_has_the_recipe_s_own_size() -> None:
    assert series_of({8: 100, 32: 200}, deadline=0.0) == [8]


@pytest.mark.parametrize(
    ("own", "flop", "first"),
    [
        (16, 5e11, 16),
        (16, 6e11, 4),
        (16, 5.6e12, 1),  # BERT's base net
        (3, 2e12, 1),
        (1, 8e12, 1),  # there is no smaller batch
        (32, None, 32),  # unknown, as of rules that the host drives
    ],
)
def test_large_nets_begin_with_fewer_examples_on_a_processor(
    own: int, flop: float | None, first: int
) -> None:
    assert batch_sizes.first_batch(own, flop) == first


def test_speeds_are_said_with_the_digits_that_they_have() -> None:
    rows = [
        {"status": "ok", "examples": 1, "seconds": "4.1 4 3.9", "batch_size": 1},
        {"status": "ok", "examples": 12_345, "seconds": "1", "batch_size": 4},
        {"status": "oom", "batch_size": 16},
    ]
    assert batch_sizes.said(rows) == "0.25/s at 1, 12,345/s at 4, oom at 16"


def test_what_fails_ends_the_series_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    class Driver:
        ran_out_of_memory = staticmethod(lambda error: isinstance(error, MemoryError))

    monkeypatch.setattr("benchmarks.engine.backend.driver_class", lambda _: Driver)

    def measure(batch_size: int) -> dict[str, Any]:
        if batch_size > 8:
            raise MemoryError("no room\nfor 32")
        return {"examples": 8, "seconds": [1.0]}

    good, bad = batch_sizes.series("inference", 8, measure, float("inf"))
    assert (good["status"], good["reason"]) == ("ok", "")
    assert (bad["batch_size"], bad["status"], bad["reason"]) == (32, "oom", "MemoryError: no room for 32")
    assert (bad["examples"], bad["seconds"]) == (None, [])


@pytest.mark.parametrize(
    ("flop", "gpu", "steps"),
    [
        (1e9, False, 1),
        (3e8, False, 2),
        (1e6, False, 256),
        (1e12, False, 1),
        (1e9, True, 128),
        (None, True, 16),
    ],
)
def test_a_program_holds_some_hundredths_of_a_second(flop: float | None, gpu: bool, steps: int) -> None:
    assert batch_sizes.steps(flop, gpu) == steps


def test_the_batch_size_is_that_of_the_last_stage() -> None:
    plain = Recipe("digits", "pocket", "ours", batch_size=32)
    assert batch_sizes.of_batch(plain, 128).batch_size == 128
    stages = (Stage("first", batch_size=10), Stage("second", batch_size=20))
    staged = batch_sizes.of_batch(Recipe("digits", "pocket", "ours", stages=stages), 80)
    assert [stage.batch_size for stage in staged.stages] == [10, 80]


def test_published_sizes_are_the_papers_own() -> None:
    """By the parameters that the papers print; BERT reads 511 words behind the symbol for the whole text."""
    vgg, bert, gpt2 = (catalogue.load(id) for id in ("vgg_2014", "bert_2018", "gpt2_2019"))
    assert batch_sizes.published(vgg) == catalogue.recipes(vgg, "paper")[0]
    assert batch_sizes.published(catalogue.load("hopfield_1982")) is None
    assert batch_sizes.published(catalogue.load("clip_2021")) is None, "it reads pictures, too"
    for entry, parameters in ((bert, 110_106_428), (gpt2, 124_439_808)):
        recipe = batch_sizes.published(entry)
        assert recipe is not None and recipe.name.endswith("-published") and recipe.tier == "paper"
        assert recipe.model == dict(entry.parameters[0].arguments)
        assert entry.parameters[0].trainable == parameters
        assert [stage.batch_size for stage in catalogue.stages(recipe)] == [
            stage.batch_size for stage in catalogue.stages(entry.recipes[0])
        ]
    labelled = batch_sizes.random_text(datasets.load("opinions"), bert).train
    assert labelled["x"].shape[1:] == (511,) and 30_000 < labelled["x"].max() < 30_522
    assert set(np.unique(labelled["y"])) == {0, 1}, "labels stay"
    sentences = batch_sizes.random_text(datasets.load("sentences"), gpt2).train
    assert {"x", "y", "weight"} <= set(sentences) and "legal" not in sentences
    assert all(sentences[key].shape[1:] == (1024,) for key in ("x", "y", "weight"))
    assert sentences["x"].min() > 0 and sentences["weight"].min() == 1


def test_rules_that_act_by_themselves_have_no_batches() -> None:
    def first(id: str) -> Recipe:
        return catalogue.recipes(catalogue.load(id), "pocket")[0]

    assert batch_sizes.has_batches(first("mlp_mnist_1998"))
    assert not batch_sizes.has_batches(first("td_gammon_1992"))
    assert not batch_sizes.has_batches(first("mcculloch_pitts_1943"))


def test_repeats_last_long_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a clock that a call moves on by 30 ms, 7 calls make a repeat of 0.2 s."""
    ticks = itertools.count()
    now = [0.0]

    def call() -> None:
        next(ticks)
        now[0] += 0.03

    monkeypatch.setattr(batch_sizes.time, "perf_counter", lambda: now[0])
    device = power.Meter(root=tmp_path)
    taken, calls, energy_j = batch_sizes.repeats(call, device)
    assert energy_j is None, "there is no counter"
    assert calls == 7
    assert taken == pytest.approx([0.21] * batch_sizes.REPEATS)
    assert next(ticks) == 2 + 7 * batch_sizes.REPEATS


def test_a_translation_goes_on_to_its_length_past_the_end_symbol() -> None:
    """A model that counts: after 1, the start, and 2, the end, comes 3, and so on; its state counts steps."""
    backend.prepare(NAME, "float32")
    backend.start(NAME, "float32")
    from keras import ops

    class Counter:
        def __call__(self, inputs: Any, training: bool = False) -> Any:
            pytest.fail("a translation is written step by step")

        def start(self, source: Any, longest: int) -> tuple[Any, Any]:
            return source, ops.zeros((ops.shape(source)[0],), "int32")

        def decode_step(self, symbols: Any, position: Any, memory: Any, state: Any) -> tuple[Any, Any]:
            right = ops.all(ops.equal(state, position))
            return ops.one_hot(ops.where(right, symbols + 1, 0), 10), state + 1

    answers = batch_sizes.written(Counter(), np.zeros((4, 3), "int32"), longest=6)
    assert np.asarray(ops.convert_to_numpy(answers)).tolist() == [7] * 4


def test_random_images_stand_in_for_imagenet_where_it_is_absent(tmp_path: Path) -> None:
    data = batch_sizes.loaded("imagenet", tmp_path)
    assert data.train["x"].shape[1:] == (256, 256, 3)
    assert (data.train["x"].dtype, data.train["y"].dtype) == (np.uint8, np.int32)
    assert 0 <= data.train["y"].min() < data.train["y"].max() < 1000
    np.testing.assert_array_equal(data.train["x"], batch_sizes.loaded("imagenet", tmp_path).train["x"])


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], tuple[str, Path]]:
    """Measures two entries and one without batches by the command; returns what it says, and the results."""
    results = tmp_path_factory.mktemp("speeds")
    config = checked({"entries": "adaline_1960,mlp_mnist_1998,td_gammon_1992", "backend": NAME})
    asked = json.dumps(config | {"threads": 1})
    command = [sys.executable, "-m", "benchmarks.speed.batch_sizes", "--selection", asked, "--results"]

    def called() -> tuple[str, Path]:
        done = subprocess.run([*command, str(results)], cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout, results

    return called


@pytest.mark.slow
def test_the_command_measures_each_entry_once(measured: Callable[[], tuple[str, Path]]) -> None:
    said, results = measured()
    assert "td_gammon_1992 small_race: its rule td_lambda learns from no batches" in said
    rows, notes = read_speeds(sorted((results / "speeds").glob("*.json")))
    assert notes == []
    assert table_defects("speeds", rows, "speeds") == []
    for entry in ("adaline_1960", "mlp_mnist_1998"):
        own = catalogue.recipes(catalogue.load(entry), "pocket")[0].batch_size
        for work in ("training", "inference"):
            sizes = [row["batch_size"] for row in rows if (row["entry"], row["work"]) == (entry, work)]
            assert sizes == [own * batch_sizes.FACTOR**place for place in range(len(sizes))] != []
        (single,) = [row for row in rows if (row["entry"], row["work"]) == (entry, "latency")]
        assert (single["batch_size"], single["examples"]) == (1, 1)
        assert 1 < len(single["seconds"].split()) <= batch_sizes.SINGLE
    assert {row["status"] for row in rows} == {"ok"}
    before = {path: path.read_bytes() for path in (results / "speeds").iterdir()}
    again, _ = measured()
    assert again.count("measured already") == 2
    assert {path: path.read_bytes() for path in (results / "speeds").iterdir()} == before


def on_two_devices(config: dict[str, Any], results: Path) -> subprocess.CompletedProcess[str]:
    """The command, on a processor that JAX takes for two."""
    command = [sys.executable, "-m", "benchmarks.speed.batch_sizes", "--results", str(results)]
    return subprocess.run(
        [*command, "--selection", json.dumps(config | {"threads": 1})],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=2"},
    )


@pytest.mark.parametrize("devices", [1, 2])
def test_data_that_are_not_there_are_a_sentence_and_will_be_asked_for_again(
    tmp_path: Path, devices: int
) -> None:
    """On several devices, too, where only training is timed."""
    config = checked(
        {
            "entries": "lenet1_1995",
            "tier": "standard",
            "backend": "jax",
            "devices": devices,
            "data_dir": str(tmp_path),
        }
    )
    note = tmp_path / "data/usps.json"
    records.write_json_atomic({"dataset": "usps", "reason": "no such file"}, note)
    done = on_two_devices(config, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    (said,) = (line for line in done.stdout.splitlines() if "error" in line)
    assert said.startswith(f"error: lenet1_1995 usps was not measured: {tmp_path}/usps/")
    assert "no such file" in said and "leave data_dir unset to download it" in said
    assert "Traceback" not in done.stderr
    assert not note.exists() and not (tmp_path / "speeds").exists()


@pytest.mark.slow
def test_several_devices_are_timed_in_training_alone(tmp_path: Path) -> None:
    """On a processor that JAX takes for two; a batch of one cannot be shared, which its row says."""
    config = checked({"entries": "adam_2014,adaline_1960", "backend": "jax", "devices": 2})
    done = on_two_devices(config, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    rows, notes = read_speeds(sorted((tmp_path / "speeds").glob("*.json")))
    assert notes == [] and table_defects("speeds", rows, "speeds") == []
    assert {(row["work"], row["devices"]) for row in rows} == {("training", 2)}
    shared = [row for row in rows if row["entry"] == "adam_2014"]
    assert shared[0]["batch_size"] == 128 and {row["status"] for row in shared} == {"ok"}
    (refused,) = (row for row in rows if row["entry"] == "adaline_1960")
    assert refused["status"] == "error"
    assert (
        "2 devices cannot share its batches, since they do not divide its batch_size 1" in refused["reason"]
    )
