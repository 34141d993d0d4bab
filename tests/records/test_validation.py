"""Each defect of a record and the sentence that names it."""

import base64
import json
from typing import Any

import pytest

from benchmarks import records
from benchmarks.records.record import validate_record
from benchmarks.records.validation import table_defects
from tests.records.examples import changed, make_record, make_speed, staged

DEFECTS: list[tuple[str, Any, str]] = [
    ("run.seed", "0", "runs row 1, column seed: '0' is not an integer"),
    ("run.seed", True, "runs row 1, column seed: True is not an integer"),
    ("run.seed", 2**63, "runs row 1, column seed: 9223372036854775808 does not fit into 64 bits"),
    ("run.seed", None, "runs row 1, column seed: None is null, but must not be"),
    (
        "run.seed",
        1,
        "is not '[0-9a-f]{16}', the hash of the row's spec hash, seed, machine id and software id",
    ),
    ("run.xla", 1, "runs row 1, column xla: 1 is neither true nor false"),
    ("run.train_s", "1.0", "runs row 1, column train_s: '1.0' is not a number"),
    ("run.train_s", -1.0, "runs row 1, column train_s: -1.0 is below 0"),
    ("run.train_s", 1.7e308, "column total_s: .* is not .*, the sum of the other clocks"),
    ("run.total_s", None, "column total_s: None is null although other clocks are not"),
    (
        "run.status",
        "fine",
        "runs row 1, column status: 'fine' is not one of ok, diverged, oom, timeout, error",
    ),
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
    ("run.devices", 0, "column devices: 0 is below 1"),
    ("run.devices", 2, "column devices: 2 is not 1, which the run's spec says"),
    ("spec.asked.devices", 1, "asked, devices: 1 is not 2 or more, which alone are named"),
    ("spec.asked.devices", 2.0, "asked, devices: 2.0 is not 2 or more, which alone are named"),
    (
        "run.execution_id",
        "0" * 16,
        "column execution_id: '0000000000000000' is not '[0-9a-f]{16}', the hash of the row's run id, start",
    ),
    ("run.commit", "main", "column commit: 'main' is not 40 or 64 hex digits or empty"),
    ("run.matmul_precision", "float8", "column matmul_precision: 'float8' is not one of"),
    ("epochs.0.warm_up", 1, "epochs row 1, column warm_up: 1 is neither true nor false"),
    ("epochs.0.stolen_cores", -0.5, "epochs row 1, column stolen_cores: -0.5 is below 0"),
    ("run.spec_id", "0" * 16, "spec '0000000000000000': is not '[0-9a-f]{16}', the hash of its content"),
    (
        "run.machine_id",
        "0" * 16,
        "is not '[0-9a-f]{16}', the hash of the row's spec hash, seed, machine id and software id",
    ),
    ("run.seed", KeyError, "runs row 1, column seed: is missing"),
    ("run.speed", 3, "runs row 1, column 'speed': is unknown to schema version 5"),
    ("epochs.1.epoch", 1, "epochs row 2, column epoch: 1 repeats the key \\(execution_id, epoch\\) of row 1"),
    ("epochs.1.train_s", None, "epochs row 2, column train_s: None is null, but must not be"),
    (
        "epochs.2.execution_id",
        "0" * 16,
        "epochs row 3, column execution_id: '0000000000000000' is not in runs",
    ),
    ("epochs.2", [], "epochs row 3: \\[\\] is not an object"),
    ("measures.0.split", "dev", "measures row 1, column split: 'dev' is not one of train, validation, test"),
    ("measures.0.value", "low", "measures row 1, column value: 'low' is not a number"),
    ("measures.0.value", 10**400, "measures row 1, column value: .* is not finite"),
    ("measures.1.epoch", 1, "measures row 2, column measure: 'error' repeats the key"),
    (
        "measures.3.execution_id",
        "0" * 16,
        "measures row 4, column execution_id: '0000000000000000' is not in runs",
    ),
    ("machine.cores", 64, "machines row 1, column machine_id: .* is not .*, the hash of the row's facts"),
    ("machine.keras", "2.0", "machines row 1, column software_id: .* is not .*, the hash of the row's facts"),
    (
        "run.price_per_hour",
        3.0,
        "runs row 1, column currency: '' does not go with the price 3.0: give both or neither",
    ),
    ("spec.card.id", "alexnet_2012", "is not '[0-9a-f]{16}', the hash of its content"),
    ("spec.layers.0.parameters", "156", "layers row 1, parameters: '156' has the wrong type"),
    ("spec.asked.recipe", KeyError, "asked: recipe is missing"),
    ("spec.dataset", [], "dataset: \\[\\] has the wrong type"),
    ("spec.card.story", "a\x1bb", "is not plain text"),
    ("spec.extra", 1, "'extra' is unknown to schema version 5"),
    ("pictures.filters.shape", [2, 3, 4], "filters: the shape \\[2, 3, 4\\] is not"),
    ("pictures.filters.shape", [2, 3, 4, 6], "do not decompress to exactly the 144 bytes"),
    (
        "pictures.filters.shape",
        [1 << 20, 1 << 20, 1 << 20, 1],
        "more than the 4194304 that a picture may have",
    ),
    ("pictures.filters.data", "!!!", "not base64"),
    ("pictures.filters.data", base64.b64encode(b"abc").decode(), "not base64 of zlib-compressed bytes"),
    ("pictures.filters.caption", 3, "the caption 3 is not plain text"),
    ("pictures.filters.more", 3, "needs exactly caption, shape, data"),
    (
        "schema_version",
        6,
        "schema_version 6 is newer than 5, the newest that this suite .* reads: update the suite",
    ),
    ("schema_version", "1", "schema_version '1' is not a version of the schema"),
    ("pictures", KeyError, "pictures is missing"),
    ("epochs", {}, "epochs is not of type list"),
    ("extra", 1, "'extra' is unknown to schema version 5"),
]


@pytest.mark.parametrize(
    ("path", "value", "message"), DEFECTS, ids=[f"{path}-{i}" for i, (path, _, _) in enumerate(DEFECTS)]
)
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
        validate_record(record)
    assert len(error.value.defects) == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"work": "sleep"}, "column work: 'sleep' is not one of training, inference, latency"),
        ({"batch_size": 0}, "column batch_size: 0 is below 1"),
        ({"seconds": "0.5 x"}, "column seconds: '0.5 x' is not numbers of seconds"),
        ({"seconds": "0.5 0"}, "column seconds: '0.5 0' holds what is no positive number"),
        ({"seconds": "1.2.3"}, "column seconds: '1.2.3' holds what is no positive number"),
        ({"seconds": ""}, "column seconds: '' does not go with the status 'ok'"),
        ({"status": "oom"}, "column reason: '' does not go with the status 'oom'"),
        ({"recipe": "../x"}, "column recipe: '../x' is not a name"),
    ],
)
def test_a_spoilt_row_of_speeds_has_a_sentence(values, message):
    assert message in "; ".join(table_defects("speeds", [make_speed(make_record(), **values)], "speeds.csv"))
    changed_later = make_speed(make_record()) | {"batch_size": 64}
    assert "the hash of the rest of the row" in table_defects("speeds", [changed_later], "speeds.csv")[0]


def test_a_recipe_of_several_stages_names_all_their_rules() -> None:
    validate_record(staged(make_record()))
    for path, value, message in (
        ("run.rule", "backpropagation", "which the run's spec says"),
        ("run.rule", "backpropagation,", "names of letters"),
        ("spec.asked.recipe.stages", {}, "asked, recipe, stages: {} is not a list"),
        ("spec.asked.recipe.stages", [3], "stages row 1: 3 is not an object"),
        ("spec.asked.recipe.stages.1.rule", KeyError, "stages row 2: rule is missing"),
        ("spec.measures.0.direction", "up", "direction: 'up' is not one of lower, higher, equal"),
    ):
        with pytest.raises(records.RecordError, match=message):
            validate_record(changed(staged(make_record()), path, value))
