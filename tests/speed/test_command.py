"""What `python -m benchmarks.speed` makes of the rounds it has timed."""

import csv
import io

import pytest

from benchmarks.speed import __main__ as speed
from benchmarks.speed.workers import CONTENDERS, NEEDS
from benchmarks.speed.workloads import WORKLOADS

RESULTS = {
    "mlp": {
        "engine on TensorFlow": [600.0, 500.0, 400.0],
        "Keras fit, defaults": [100.0, 100.0, 50.0],
        "PyTorch": [200.0, 250.0, 100.0],
    }
}


def test_samples_are_written_with_the_backend_that_computed_them() -> None:
    rows = list(csv.DictReader(io.StringIO(speed.rows(RESULTS, "tf32").decode())))
    assert list(rows[0]) == ["model", "contender", "backend", "precision", "round", "examples_per_s"]
    assert len(rows) == 9
    assert rows[1] == {
        "model": "mlp",
        "contender": "engine on TensorFlow",
        "backend": "tensorflow",
        "precision": "tf32",
        "round": "1",
        "examples_per_s": "500.0",
    }
    assert {(row["contender"], row["backend"]) for row in rows} == {
        ("engine on TensorFlow", "tensorflow"),
        ("Keras fit, defaults", "tensorflow"),
        ("PyTorch", "torch"),
    }


def test_every_contender_has_a_backend_for_its_rows() -> None:
    assert all(CONTENDERS[name][0] or NEEDS[name] for name in CONTENDERS)


def test_a_ratio_is_the_median_of_those_of_the_same_round() -> None:
    """6, 5 and 8: rounds are paired, since the machine may slow down in the course of them."""
    assert speed.ratio(RESULTS["mlp"], "engine on TensorFlow", "Keras fit, defaults") == 6.0


def test_the_table_says_what_is_reached_and_what_is_missed() -> None:
    text = speed.table(RESULTS, list(RESULTS["mlp"]), "tf32")
    assert text.startswith("all contenders compute in tf32\n")
    assert "engine on TensorFlow / Keras fit, defaults: 6.00 (wanted 5.0)" in text
    assert [line.split()[0] for line in text.splitlines() if "wanted" in line] == ["reached"]
    slow = {"mlp": {**RESULTS["mlp"], "engine on TensorFlow": [200.0, 200.0, 200.0]}}
    missed = speed.table(slow, list(slow["mlp"]), "float32")
    assert [line.split()[0] for line in missed.splitlines() if "wanted" in line] == ["MISSED"]


def test_an_unknown_model_is_refused_with_the_nearest_name() -> None:
    assert speed.chosen(None, list(WORKLOADS), "model") == list(WORKLOADS)
    assert speed.chosen(["lstm", "mlp"], list(WORKLOADS), "model") == ["mlp", "lstm"]
    with pytest.raises(SystemExit, match="unknown model 'lenet': did you mean lenet5"):
        speed.chosen(["lenet"], list(WORKLOADS), "model")
