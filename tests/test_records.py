"""The result schema: round trips, defects and their messages, merging, and bundles from people whom nobody trusts."""

import ast
import base64
import copy
import itertools
import json
import math
import os
import pickle
import random
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import records
from benchmarks.spec import Picture

ROOT = Path(__file__).parent.parent


def make_record(
    seed: int = 0, dataset: str = "digits", variant: str = "", legs: int = 3, cores: int = 2, luck: int = 0, story: str = "It was 1998."
) -> Any:
    """A valid record. `luck` moves all that is measured, `story` what the card says; the rest is the run's identity."""
    draw = random.Random(f"{seed} {dataset} {variant} {legs} {cores} {luck}")
    machine: dict[str, Any] = {
        "processor": "AMD EPYC",
        "cores": cores,
        "memory_bytes": 8 << 30,
        "accelerators": "",
        "accelerator_memory_bytes": None,
        "system": "Linux x86_64",
        "python": "3.11.7",
        "backend": "jax",
        "backend_version": "0.10.2",
        "keras": "3.15.0",
        "numpy": "2.4.0",
        "driver": "",
        "suite": "0.1.0",
        "matmul_flops": None,
        "bandwidth": None,
        "price_per_hour": None,
        "currency": "",
    }
    machine |= {"machine_id": records.machine_id(machine), "software_id": records.software_id(machine)}
    recipe = {
        "dataset": dataset,
        "variant": variant,
        "tier": "pocket",
        "rule": "backpropagation",
        "epochs": legs,
        "source": "section 3",
        "floor": None,
    }
    spec: dict[str, Any] = {
        "asked": {"entry": "lenet5_1998", "recipe": recipe, "data_checksum": "ab" * 32, "backend": "jax", "precision": "float32", "threads": 2},
        "card": {"id": "lenet5_1998", "family": "convolutional", "task": "classification", "story": story},
        "dataset": {"id": dataset, "checksum": "ab" * 32},
        "measures": [{"name": "error", "unit": "%", "direction": "lower", "meaning": "share of wrong answers"}],
        "layers": [{"name": "C1", "kind": "Conv2D", "shape": [28, 28, 6], "parameters": 156}],
    }
    spec_hash = records.spec_hash(spec["asked"])
    run_id = records.run_id(spec_hash, seed, machine["machine_id"], machine["software_id"])
    clocks = {clock: draw.uniform(0, 30) for clock in records.CLOCKS}
    run = {
        "run_id": run_id,
        "spec_hash": spec_hash,
        "spec_id": records.spec_id(spec),
        "seed": seed,
        "machine_id": machine["machine_id"],
        "software_id": machine["software_id"],
        "entry": "lenet5_1998",
        "family": "convolutional",
        "task": "classification",
        "dataset": dataset,
        "variant": variant,
        "recipe": f"{dataset}-{variant}" if variant else dataset,
        "tier": "pocket",
        "rule": "backpropagation",
        "backend": "jax",
        "precision": "float32",
        "device": "cpu:0",
        "threads": 2,
        "status": "ok",
        "reason": "",
        "parameters": 60000,
        "epochs": legs,
        "steps": 45 * legs,
        "examples": 1437 * legs,
        "batch_size": 32,
        "steps_per_program": 45,
        "xla": True,
        "step_flop": 1.5e9,
        "weights_sha256": "cd" * 32,
        "started": "2026-01-01T10:00:00Z",
        "resumed": 0,
        **clocks,
        "total_s": math.fsum(clocks.values()),
        "peak_memory_bytes": None,
        "source_sha256": "ef" * 32,
    }
    epochs = [{"run_id": run_id, "epoch": leg, "steps": 45, "examples": 1437, "train_s": draw.uniform(0.1, 1)} for leg in range(1, legs + 1)]
    measures = [
        {"run_id": run_id, "epoch": epoch, "split": split, "measure": "error", "value": draw.uniform(0, 100), "unit": "%"}
        for epoch, split in [*((leg, "validation") for leg in range(1, legs + 1)), (None, "test")]
    ]
    tiles = np.random.default_rng(luck).integers(0, 256, (2, 3, 4, 5), dtype=np.uint8)
    pictures = {"filters": records.encode_picture(Picture(tiles, "C1's filters"))}
    return {
        "schema_version": 1,
        "run": run,
        "epochs": epochs,
        "measures": measures,
        "machine": machine,
        "spec": spec,
        "pictures": pictures,
    }


def changed(record: Any, path: str, value: Any) -> Any:
    """The record with the value at a path like `epochs.0.steps` replaced; the ids are left as they were."""
    record = copy.deepcopy(record)
    *above, last = (int(part) if part.isdigit() else part for part in path.split("."))
    target = record
    for part in above:
        target = target[part]
    if value is KeyError:
        del target[last]
    else:
        target[last] = value
    return record


def files(bundle: records.Bundle) -> dict[str, bytes]:
    return records.bundle_files(bundle)


def test_importing_the_schema_loads_neither_a_framework_nor_pandas():
    code = "import sys, benchmarks.records; print(sorted({'keras', 'tensorflow', 'jax', 'torch', 'pandas', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"


# Identity


def test_digest_is_the_sha256_of_canonical_json():
    # printf '{"a":[1,2.5,null],"b":"\u00fc"}' | sha256sum
    assert records.digest({"b": "ü", "a": (1, 2.5, math.nan)}) == "689a78f0dfb540e6"


def test_digest_takes_numpy_scalars_for_the_numbers_they_are():
    assert records.digest({"a": np.float32(0.5), "b": np.int64(3), "c": np.bool_(True)}) == records.digest({"a": 0.5, "b": 3, "c": True})


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {2}}, np.zeros(2), object()])
def test_digest_refuses_what_json_cannot_hold(value):
    with pytest.raises(TypeError, match="JSON cannot hold"):
        records.digest(value)


def test_the_spec_hash_changes_with_what_was_asked_and_not_with_prose():
    asked = make_record()["spec"]["asked"]
    same = {**asked, "recipe": {**asked["recipe"], "source": "page 7", "floor": ("error", 9.0)}}
    assert records.spec_hash(same) == records.spec_hash(asked)
    for other in (
        {"precision": "bfloat16"},
        {"backend": "tensorflow"},
        {"data_checksum": "00" * 32},
        {"threads": 1},
        {"recipe": {**asked["recipe"], "epochs": 4}},
    ):
        assert records.spec_hash({**asked, **other}) != records.spec_hash(asked)


# Records


def test_a_record_reads_back_as_it_was_written(tmp_path):
    record = make_record()
    records.write_record(record, tmp_path / "runs" / "a.json")
    assert records.read_record(tmp_path / "runs" / "a.json") == record
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["a.json"]


def test_numbers_that_are_not_finite_are_written_as_null(tmp_path):
    record = changed(changed(make_record(), "measures.0.value", math.nan), "run.step_flop", math.inf)
    records.write_record(record, tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text()
    assert "NaN" not in text and "Infinity" not in text
    read = records.read_record(tmp_path / "a.json")
    assert read["measures"][0]["value"] is None and read["run"]["step_flop"] is None


def test_the_spec_id_is_filled_in_on_writing(tmp_path):
    record = make_record()
    records.write_record(changed(record, "run.spec_id", KeyError), tmp_path / "a.json")
    assert records.read_record(tmp_path / "a.json") == record


def test_a_message_from_anywhere_can_be_made_a_reason(tmp_path):
    reason = records.text("\x1b[31mout of memory\x00 \ud800" + "x" * 200_000)
    record = changed(changed(make_record(), "run.status", "oom"), "run.reason", reason)
    records.write_record(record, tmp_path / "a.json")
    assert records.read_record(tmp_path / "a.json")["run"]["reason"] == reason
    assert "out of memory" in reason and len(reason) == 10_000


DEFECTS: list[tuple[str, Any, str]] = [
    ("run.seed", "0", "runs row 1, column seed: '0' is not an integer"),
    ("run.seed", True, "runs row 1, column seed: True is not an integer"),
    ("run.seed", 2**63, "runs row 1, column seed: 9223372036854775808 does not fit into 64 bits"),
    ("run.seed", None, "runs row 1, column seed: None is null, but must not be"),
    ("run.seed", 1, "is not '[0-9a-f]{16}', the hash of the row's spec hash, seed, machine id and software id"),
    ("run.xla", 1, "runs row 1, column xla: 1 is neither true nor false"),
    ("run.train_s", "1.0", "runs row 1, column train_s: '1.0' is not a number"),
    ("run.train_s", -1.0, "runs row 1, column train_s: -1.0 is below 0"),
    ("run.train_s", 1.7e308, "column total_s: .* is not .*, the sum of the other clocks"),
    ("run.total_s", None, "column total_s: None is null although other clocks are not"),
    ("run.status", "fine", "runs row 1, column status: 'fine' is not one of ok, diverged, oom, timeout, error"),
    ("run.status", "oom", "column reason: '' does not go with the status 'oom'"),
    ("run.reason", "why", "column reason: 'why' does not go with the status 'ok'"),
    ("run.reason", "a\x00b", "column reason: .* has characters that are not text"),
    ("run.reason", "x" * 100_001, "column reason: .* has 100001 characters, more than 100000"),
    ("run.tier", "large", "column tier: 'large' is not one of pocket, standard, paper"),
    ("run.backend", "theano", "column backend: 'theano' is not one of tensorflow, jax"),
    ("run.backend", "tensorflow", "column backend: 'tensorflow' is not 'jax', which the run's spec says"),
    ("run.recipe", "mnist", "column recipe: 'mnist' is not 'digits', the row's data set and variant"),
    ("run.entry", "../../etc/passwd", "column entry: '../../etc/passwd' is not a name"),
    ("run.started", "yesterday", "column started: 'yesterday' is not a UTC time in ISO 8601"),
    ("run.started", "2026-01-01T10:00:00+02:00", "column started: .* is not a UTC time"),
    ("run.run_id", "0" * 16, "column run_id: '0000000000000000' is not '[0-9a-f]{16}'"),
    ("run.spec_hash", "12", "column spec_hash: '12' is not 16 hex digits"),
    ("run.weights_sha256", "12", "column weights_sha256: '12' is not 64 hex digits or empty"),
    ("run.threads", 0, "column threads: 0 is below 1"),
    ("run.spec_id", "0" * 16, "spec '0000000000000000': is not '[0-9a-f]{16}', the hash of its content"),
    ("run.machine_id", "0" * 16, "is not '[0-9a-f]{16}', the hash of the row's spec hash, seed, machine id and software id"),
    ("run.seed", KeyError, "runs row 1, column seed: is missing"),
    ("run.speed", 3, "runs row 1, column 'speed': is unknown to schema version 1"),
    ("epochs.1.epoch", 1, "epochs row 2, column epoch: 1 repeats the key \\(run_id, epoch\\) of row 1"),
    ("epochs.1.train_s", None, "epochs row 2, column train_s: None is null, but must not be"),
    ("epochs.2.run_id", "0" * 16, "epochs row 3, column run_id: '0000000000000000' is not in runs"),
    ("epochs.2", [], "epochs row 3: \\[\\] is not an object"),
    ("measures.0.split", "dev", "measures row 1, column split: 'dev' is not one of train, validation, test"),
    ("measures.0.value", "low", "measures row 1, column value: 'low' is not a number"),
    ("measures.0.value", 10**400, "measures row 1, column value: .* is not finite"),
    ("measures.1.epoch", 1, "measures row 2, column measure: 'error' repeats the key"),
    ("measures.3.run_id", "0" * 16, "measures row 4, column run_id: '0000000000000000' is not in runs"),
    ("machine.cores", 64, "machines row 1, column machine_id: .* is not .*, the hash of the row's facts"),
    ("machine.keras", "2.0", "machines row 1, column software_id: .* is not .*, the hash of the row's facts"),
    ("machine.price_per_hour", 3.0, "machines row 1, column currency: '' does not go with the price 3.0: give both or neither"),
    ("spec.card.id", "alexnet_2012", "is not '[0-9a-f]{16}', the hash of its content"),
    ("spec.layers.0.parameters", "156", "layers row 1, parameters: '156' is of the wrong type"),
    ("spec.asked.recipe", KeyError, "asked: recipe is missing"),
    ("spec.dataset", [], "dataset: \\[\\] is of the wrong type"),
    ("spec.card.story", "a\x1bb", "is not plain text"),
    ("spec.extra", 1, "'extra' is unknown to schema version 1"),
    ("pictures.filters.shape", [2, 3, 4], "filters: the shape \\[2, 3, 4\\] is not"),
    ("pictures.filters.shape", [2, 3, 4, 6], "do not decompress to exactly the 144 bytes"),
    ("pictures.filters.shape", [1 << 20, 1 << 20, 1 << 20, 1], "more than the 4194304 that a picture may have"),
    ("pictures.filters.data", "!!!", "not base64"),
    ("pictures.filters.data", base64.b64encode(b"abc").decode(), "not base64 of zlib-compressed bytes"),
    ("pictures.filters.caption", 3, "the caption 3 is not plain text"),
    ("pictures.filters.more", 3, "needs exactly caption, shape and data"),
    ("schema_version", 2, "schema_version 2 is newer than 1, the newest that this suite .* reads: update the suite"),
    ("schema_version", "1", "schema_version '1' is not a version of the schema"),
    ("pictures", KeyError, "pictures is missing"),
    ("epochs", {}, "epochs is not of type list"),
    ("extra", 1, "'extra' is unknown to schema version 1"),
]


@pytest.mark.parametrize(("path", "value", "message"), DEFECTS, ids=[f"{path}-{i}" for i, (path, _, _) in enumerate(DEFECTS)])
def test_each_defect_has_a_sentence_that_names_the_file_and_place(tmp_path, path, value, message):
    record = changed(make_record(), path, value)
    file = tmp_path / "a.json"
    file.write_text(json.dumps(record))
    with pytest.raises(records.RecordError, match=message) as reading:
        records.read_record(file)
    assert all(str(file) in sentence for sentence in reading.value.defects)
    if path != "run.spec_id" and value is not KeyError:
        with pytest.raises(records.RecordError, match=message):
            records.write_record(record, tmp_path / "b.json")
        assert not (tmp_path / "b.json").exists()


def test_all_defects_are_named_not_the_first_alone(tmp_path):
    record = changed(changed(make_record(), "run.status", "fine"), "epochs.0.steps", -1)
    with pytest.raises(records.RecordError) as error:
        records.validate_record(record)
    assert len(error.value.defects) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not strict JSON"),
        (b'{"run": ', "is not strict JSON"),
        (b'{"schema_version": 1, "schema_version": 1}', "'schema_version' occurs twice"),
        (b'{"schema_version": NaN}', "NaN is not JSON"),
        (b'{"schema_version": -Infinity}', "Infinity is not JSON"),
        (b"[" * 100_000, "is nested"),
        (b'{"spec": ' * 300 + b"1" + b"}" * 300, "is nested more than 50 levels deep"),
        (b"1" * 10_000, "is not strict JSON"),
        (b"\xff\xfe", "is not strict JSON"),
        (b"[1]", "is not an object"),
        (pickle.dumps({"run": 1}), "is not strict JSON"),
    ],
)
def test_what_is_no_strict_json_is_refused(tmp_path, content, message):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(records.RecordError, match=message):
        records.read_record(tmp_path / "a.json")


def test_a_picture_that_unpacks_to_more_than_it_says_is_refused():
    bomb = base64.b64encode(zlib.compress(bytes(1 << 28), 9)).decode()
    assert len(bomb) < 400_000
    with pytest.raises(records.RecordError, match="do not decompress to exactly the 64 bytes"):
        records.decode_picture({"caption": "", "shape": [1, 1, 8, 8], "data": bomb})


@pytest.mark.parametrize("shape", [(1, 2, 8, 9), (3, 1, 4, 4, 3)])
def test_pictures_decode_to_the_tiles_that_were_encoded(shape):
    tiles = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    encoded = json.loads(json.dumps(records.encode_picture(Picture(tiles, "a <b>caption</b>"))))
    assert np.array_equal(records.decode_picture(encoded), tiles)
    assert encoded["caption"] == "a <b>caption</b>"


@pytest.mark.parametrize(
    "tiles", [np.zeros((1, 1, 2, 2)), np.zeros((1, 1, 2, 2, 4), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((1, 2, 2048, 2048), np.uint8)]
)
def test_pictures_of_other_forms_are_not_encoded(tiles):
    with pytest.raises(records.RecordError):
        records.encode_picture(Picture(tiles, ""))


# Atomic files


def test_a_writer_that_is_killed_leaves_no_half_file(tmp_path):
    target = tmp_path / "a.json"
    code = """
import itertools, sys
from benchmarks import records
for i in itertools.count():
    records.write_json_atomic([i] * 300_000, sys.argv[1])
    print(i, flush=True)
"""
    for kill in range(6):
        writer = subprocess.Popen([sys.executable, "-c", code, str(target)], cwd=ROOT, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()  # it is now writing its second file, and so on without end
        time.sleep(0.03 * kill)
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL
        writer.stdout.close()
        values = json.loads(target.read_bytes())
        assert len(values) == 300_000 and len(set(values)) == 1
    records.remove_temporaries(target)
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    records.write_bytes_atomic(b"old", tmp_path / "a")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        records.write_bytes_atomic(b"new", tmp_path / "a")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_clearing_up_spares_other_files(tmp_path):
    for name in ("a.json", ".a.json.12.tmp", ".ab.json.12.tmp", "b.json"):
        (tmp_path / name).write_text("")
    records.remove_temporaries(tmp_path / "a.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ab.json.12.tmp", "a.json", "b.json"]


# Bundles


def random_bundle(draw: random.Random) -> records.Bundle:
    """Some of the runs that there are: any two such bundles agree where they overlap. What cards say differs from seed to seed."""
    there_are = list(itertools.product(range(2), (("digits", ""), ("digits", "relu")), (2, 16)))
    chosen = [make_record(seed, *data, cores=cores, story=f"Told {seed} times.") for seed, data, cores in draw.sample(there_are, draw.randint(0, 5))]
    machine = make_record(cores=2)["machine"]
    ceilings = [{"machine_id": machine["machine_id"], "software_id": machine["software_id"], "matmul_flops": 1e11, "bandwidth": 2e10}]
    return records.from_records(chosen, ceilings=ceilings if draw.random() < 0.5 else (), source=f"bundle {draw.random()}")


@pytest.mark.parametrize("seed", range(5))
def test_merging_is_commutative_associative_and_idempotent_and_loses_nothing(seed):
    draw = random.Random(seed)
    a, b, c = (random_bundle(draw) for _ in range(3))
    merge = records.merge
    assert files(merge(a, b)) == files(merge(b, a))
    assert files(merge(a, merge(b, c))) == files(merge(merge(a, b), c)) == files(merge(c, a, b))
    assert files(merge(a, a)) == files(merge(a)) == files(a)
    whole = merge(a, b)
    assert files(merge(whole, b)) == files(whole)
    for table, key in records.KEYS.items():
        rows = [
            set(map(tuple, getattr(bundle, table)[list(key)].astype(object).where(lambda x: x.notna(), None).to_numpy())) for bundle in (a, b, whole)
        ]
        assert rows[0] | rows[1] == rows[2]
        assert len(getattr(whole, table)) == len(rows[2])
    assert whole.specs == a.specs | b.specs and whole.pictures == a.pictures | b.pictures


def test_the_order_of_records_does_not_matter():
    some = [make_record(seed, variant=variant) for seed in range(3) for variant in ("", "relu")]
    expected = files(records.from_records(some))
    for seed in range(5):
        shuffled = random.Random(seed).sample(some, len(some))
        assert files(records.from_records([*shuffled, *shuffled[:2]])) == expected


def test_a_bundle_reads_back_as_it_was_written(tmp_path):
    bundle = records.from_records([make_record(0), make_record(1, variant="relu"), make_record(2, cores=16)])
    records.write_bundle(bundle, tmp_path)
    read = records.read_bundle(tmp_path)
    for table in records.TABLES:
        pd.testing.assert_frame_equal(getattr(read, table), getattr(bundle, table), check_exact=True)
    assert (read.specs, read.pictures) == (bundle.specs, bundle.pictures)
    assert files(read) == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_an_empty_bundle_reads_back_with_its_columns(tmp_path):
    records.write_bundle(records.from_records([]), tmp_path)
    read = records.read_bundle(tmp_path)
    assert {table: list(getattr(read, table).columns) for table in records.TABLES} == {t: [c.name for c in cs] for t, cs in records.TABLES.items()}


def test_the_frames_tell_null_from_empty_and_keep_numbers_exactly(tmp_path):
    record = make_record()
    record["measures"][0]["value"], record["measures"][1]["value"], record["measures"][2]["value"] = 0.1 + 0.2, 5e-324, None
    record = changed(changed(record, "run.status", "error"), "run.reason", 'NaN, "null",\r\nNone ü <script>alert(1)</script>')
    records.write_bundle(records.from_records([record]), tmp_path)
    read = records.read_bundle(tmp_path)
    assert read.measures["value"].tolist()[:2] == [0.30000000000000004, 5e-324] and math.isnan(read.measures["value"][2])
    assert read.measures["epoch"].tolist()[:3] == [1, 2, 3] and read.measures["epoch"].isna().tolist() == [False, False, False, True]
    assert read.runs["variant"].tolist() == [""] and read.machines["accelerators"].tolist() == [""]
    assert read.runs["reason"].tolist() == ['NaN, "null",\r\nNone ü <script>alert(1)</script>']
    assert read.runs["peak_memory_bytes"].isna().all() and read.runs["xla"].tolist() == [True]
    assert b"\r\n" not in (tmp_path / "measures.csv").read_bytes()


def test_names_that_look_like_numbers_or_nulls_stay_strings(tmp_path):
    some = [make_record(dataset=name) for name in ("007", "1e5", "NaN", "null", "NA", "True")]
    records.write_bundle(records.from_records(some), tmp_path)
    assert sorted(records.read_bundle(tmp_path).runs["dataset"]) == ["007", "1e5", "NA", "NaN", "True", "null"]


def test_one_question_described_in_two_ways_keeps_both_descriptions():
    older, newer = make_record(0, story="It was 1998."), make_record(1, story="It was the year 1998.")
    bundle = records.from_records([older, newer])
    assert bundle.runs["spec_hash"].nunique() == 1
    assert [bundle.specs[id]["card"]["story"] for id in bundle.runs["spec_id"]] == ["It was 1998.", "It was the year 1998."]


# Conflicts


def test_two_different_rows_with_one_key_are_an_error_that_names_both(tmp_path):
    for name, luck in (("here", 0), ("there", 1)):
        records.write_bundle(records.from_records([make_record(5, luck=luck)]), tmp_path / name)
    here, there = (records.read_bundle(tmp_path / name) for name in ("here", "there"))
    with pytest.raises(records.RecordError) as error:
        records.merge(here, there)
    about_run = next(sentence for sentence in error.value.defects if sentence.startswith("runs:"))
    for part in (
        str(tmp_path / "here"),
        str(tmp_path / "there"),
        "lenet5_1998 on digits, seed 5",
        here.runs["run_id"][0],
        here.machines["machine_id"][0],
        "train_s (",
    ):
        assert part in about_run
    assert "status" not in about_run
    assert {sentence.partition(":")[0] for sentence in error.value.defects} == {"runs", "epochs", "measures", "pictures"}


def test_two_records_of_one_run_name_their_files():
    with pytest.raises(records.RecordError, match=r"runs/a\.json and runs/b\.json hold different rows for run_id"):
        records.from_records([make_record(luck=0), make_record(luck=1)], names=["runs/a.json", "runs/b.json"])


def test_two_ceilings_of_one_machine_are_a_conflict_between_bundles():
    record = make_record()
    ids = {name: record["machine"][name] for name in ("machine_id", "software_id")}
    one, other, none = (
        records.from_records([record], ceilings=[{**ids, "matmul_flops": flops, "bandwidth": 1e10}] if flops else (), source=f"with {flops}")
        for flops in (123.5, 200.5, None)
    )
    assert files(records.merge(one, none)) == files(records.merge(none, one)) == files(one)
    with pytest.raises(
        records.RecordError,
        match=r"machines: with 123\.5 and with 200\.5 hold different rows .*AMD EPYC.* differ in matmul_flops \(123\.5 and 200\.5\)",
    ):
        records.merge(one, none, other)


def test_of_several_measurements_the_highest_is_the_ceiling():
    record = make_record()
    ids = {name: record["machine"][name] for name in ("machine_id", "software_id")}
    ceilings = [
        {**ids, "matmul_flops": 1e11, "bandwidth": 3e10},
        {**ids, "matmul_flops": 2e11, "bandwidth": 1e10},
        {"machine_id": "x", "software_id": "y", "matmul_flops": 1, "bandwidth": 1},
    ]
    machine = records.from_records([record], ceilings=ceilings).machines.iloc[0]
    assert (machine["matmul_flops"], machine["bandwidth"]) == (2e11, 3e10)


def test_a_price_is_set_when_records_are_gathered():
    bundle = records.from_records([make_record(0), make_record(1, cores=16)], price_per_hour=2.5, currency="EUR")
    assert bundle.machines["price_per_hour"].tolist() == [2.5, 2.5] and bundle.machines["currency"].tolist() == ["EUR", "EUR"]


# What is not trusted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records.write_bundle(records.from_records([make_record(0), make_record(1)]), tmp_path / "bundle")
    return tmp_path / "bundle"


def forge(folder: Path, name: str, content: bytes) -> None:
    """Replace a file and its checksum, as somebody with ill will would."""
    import hashlib

    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "bundle.json").read_text())
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "bundle.json").write_text(json.dumps(manifest))


def edited(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    forge(folder, name, text.replace(old, new, 1).encode())


def test_a_folder_without_its_last_file_is_incomplete(folder):
    (folder / "bundle.json").unlink()
    with pytest.raises(records.RecordError, match=r"is not a complete bundle, it has no bundle\.json"):
        records.read_bundle(folder)


def test_a_file_that_was_changed_or_cut_short_is_named(folder):
    lines = (folder / "epochs.csv").read_text().splitlines(keepends=True)
    (folder / "epochs.csv").write_text("".join(lines[:-1]))
    with pytest.raises(records.RecordError, match=r"epochs\.csv: has SHA-256 .* but bundle\.json expects .*: it was changed or cut short"):
        records.read_bundle(folder)


def test_a_file_that_is_missing_is_named(folder):
    (folder / "specs.json").unlink()
    with pytest.raises(records.RecordError, match=r"specs\.json: there is no such file"):
        records.read_bundle(folder)


@pytest.mark.parametrize("name", [*records.FILES, "bundle.json"])
def test_links_and_pipes_are_refused(folder, name):
    (folder / name).rename(folder / "elsewhere")
    (folder / name).symlink_to("elsewhere")
    with pytest.raises(records.RecordError, match=f"{name}: is a symbolic link"):
        records.read_bundle(folder)
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(records.RecordError, match=f"{name}: is not a regular file"):
        records.read_bundle(folder)


def test_giant_files_are_not_read(folder):
    with open(folder / "runs.csv", "wb") as file:
        file.truncate(1 << 40)  # sparse: takes no space
    with pytest.raises(records.RecordError, match=r"runs\.csv: is larger than the 268435456 bytes"):
        records.read_bundle(folder)


FORGERIES: list[tuple[str, str, str, str]] = [
    ("runs.csv", "lenet5_1998", "../../../tmp/x", r"runs\.csv: runs row 1, column entry: '\.\./\.\./\.\./tmp/x' is not a name"),
    ("runs.csv", "lenet5_1998", "<script>alert(1)</script>", "column entry: '<script>alert\\(1\\)</script>' is not a name"),
    ("runs.csv", "true", "yes", "runs row 1, column xla: 'yes' is neither true nor false"),
    (
        "measures.csv",
        "validation,error,",
        "validation,error,nan,%\n0000000000000000,1,validation,error,",
        r"measures row 1, column value: 'nan' is not a number",
    ),
    (
        "measures.csv",
        "validation,error,",
        "validation,error,1e999,%\n0000000000000000,1,validation,error,",
        r"measures row 1, column value: inf is not finite",
    ),
    ("epochs.csv", ",45,1437,", ",45.5,1437,", "epochs row 1, column steps: '45.5' is not an integer"),
    ("epochs.csv", ",45,1437,", ",,1437,", "epochs row 1, column steps: None is null"),
    ("epochs.csv", ",45,1437,", ",45,1437,0,", "epochs row 1 has 6 fields, its header 5"),
    ("epochs.csv", "epoch,steps", "epoch,epoch", "a column occurs twice"),
    ("epochs.csv", "epoch,steps", "epoch,stepz", "column steps: is missing"),
    ("epochs.csv", "run_id", 'run"_id', r"epochs\.csv: .*is missing"),
    ("epochs.csv", ",45,1437,", ',45,"1437,', r"epochs\.csv: is not a CSV file"),
    ("pictures.json", '"filters"', '"../filters"', r"'\.\./filters' is not a name"),
    ("pictures.json", '"filters": {', '"filters": {"data": "",', "'data' occurs twice"),
    ("specs.json", '"shape"', '"form"', "layers row 1: shape is missing"),
    ("bundle.json", '"schema_version": 1', '"schema_version": 99', "schema_version 99 is newer than 1"),
    ("bundle.json", '"runs.csv"', '"../runs.csv"', "files does not list exactly"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), FORGERIES)
def test_forged_bundles_are_refused_with_a_reason(folder, name, old, new, message):
    if name == "bundle.json":
        (folder / name).write_text((folder / name).read_text().replace(old, new, 1))
    else:
        edited(folder, name, old, new)
    with pytest.raises(records.RecordError, match=message):
        records.read_bundle(folder)


def test_runs_of_an_unknown_machine_are_named(folder):
    header, *_ = (folder / "machines.csv").read_text().splitlines()
    forge(folder, "machines.csv", f"{header}\n".encode())
    with pytest.raises(
        records.RecordError, match=r"runs\.csv: runs row 1, column machine_id: '[0-9a-f]{16}' with software '[0-9a-f]{16}' is not in machines"
    ):
        records.read_bundle(folder)


class Exploit:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return (os.mkdir, ("exploited",))


@pytest.mark.parametrize("name", records.FILES)
def test_pickles_are_refused_and_never_run(folder, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    forge(folder, name, pickle.dumps(Exploit()))
    with pytest.raises(records.RecordError, match=f"{name}: "):
        records.read_bundle(folder)
    assert not (tmp_path / "exploited").exists()


def test_the_schema_never_unpickles_or_evaluates():
    tree = ast.parse(Path(records.__file__).read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    assert not names & {"pickle", "eval", "exec", "read_pickle", "allow_pickle", "marshal", "shelve"}


def test_markup_in_strings_is_kept_as_it_is(tmp_path):
    story = "<img src=x onerror=alert(1)> {{ 7 * 7 }} =cmd|'/c calc'!A1"
    records.write_bundle(records.from_records([make_record(story=story)]), tmp_path)
    (spec,) = records.read_bundle(tmp_path).specs.values()
    assert spec["card"]["story"] == story


# Versions


def test_an_older_version_is_brought_up_to_date(tmp_path, monkeypatch):
    record = make_record()
    records.write_record(record, tmp_path / "old.json")
    records.write_bundle(records.from_records([record]), tmp_path / "old")
    energy = records.Column("energy", "number", "energy that the run took", "J", null=True)
    note = records.Column("note", "string", "a note")

    def upgrade(table: str, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "energy": None, "note": "before notes"} if table == "runs" else row

    monkeypatch.setitem(records.TABLES, "runs", (*records.RUNS, energy, note))
    monkeypatch.setattr(records, "SCHEMA_VERSION", 2)
    monkeypatch.setitem(records.UPGRADES, 1, upgrade)
    read = records.read_record(tmp_path / "old.json")
    assert read["schema_version"] == 2 and read["run"] == {**record["run"], "energy": None, "note": "before notes"}
    bundle = records.read_bundle(tmp_path / "old")
    assert bundle.runs["note"].tolist() == ["before notes"] and bundle.runs["energy"].isna().all()
    assert files(bundle) == files(records.from_records([read]))


# Derived


def test_throughput_leaves_the_first_leg_out():
    epochs = pd.DataFrame(
        [("a", 2, 100, 1.0), ("a", 1, 100, 50.0), ("a", 3, 100, 0.5), ("a", 4, 100, 0.25), ("b", 1, 100, 1.0), ("c", 1, 9, 1.0), ("c", 2, 9, 0.0)],
        columns=["run_id", "epoch", "examples", "train_s"],
    )
    found = records.throughput(epochs)
    assert found["run_id"].tolist() == ["a", "b", "c"] and found["legs"].tolist() == [4, 1, 2]
    assert found["examples_per_s"].fillna(-1).tolist() == [200.0, -1, -1]
    assert found["samples"].tolist() == [[100.0, 200.0, 400.0], [], []]


def test_throughput_of_no_runs_is_an_empty_frame():
    found = records.throughput(records.from_records([]).epochs)
    assert list(found.columns) == ["run_id", "legs", "examples_per_s", "samples"] and found.empty


# Documentation


def test_the_data_dictionary_is_the_schema():
    page = (ROOT / "results" / "README.md").read_text()
    assert page.endswith(records.data_dictionary()), "results/README.md must end with records.data_dictionary()"
    for name in (*records.FILES, "bundle.json"):
        assert name in page
