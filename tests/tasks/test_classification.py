"""Classification: error, accuracy and cross-entropy against numbers by hand."""

import math
from typing import Any

import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import classification


def mapped(function: Any, arrays: Any, **options: Any) -> dict[str, np.ndarray]:
    """Predicts in one go."""
    return {key: np.asarray(value) for key, value in function(given, arrays, **options).items()}


def given(x: Any, training: bool) -> Any:
    """A model whose outputs are its inputs."""
    return x


def data(x: Any, y: Any) -> Data:
    arrays = {"x": np.asarray(x, "float32"), "y": np.asarray(y, "int32")}
    nothing = {"x": np.zeros((0, 2), "float32"), "y": np.zeros(0, "int32")}
    return Data(train=nothing, validation=nothing, test=arrays)


def test_the_largest_output_decides() -> None:
    scores = classification.evaluate(mapped, given, data([[0.1, 0.9], [2.0, 1.0], [-3.0, -4.0], [0.0, 5.0]], [1, 1, 0, 0]), "test")
    assert scores == {"error": 50.0, "accuracy": 50.0}


def test_the_top5_error_counts_labels_that_are_not_among_the_five_largest_outputs() -> None:
    falling = [[7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]] * 7
    assert classification.evaluate(mapped, given, data(falling, range(7)), "test", top=5) == {
        "error": pytest.approx(600 / 7),
        "accuracy": pytest.approx(100 / 7),
        "top5_error": pytest.approx(200 / 7),
    }
    # Of equal outputs the first counts as the largest, as for the most likely class.
    equal = classification.evaluate(mapped, given, data([[1.0] * 7] * 7, range(7)), "test", top=5)
    assert (equal["error"], equal["top5_error"]) == (pytest.approx(600 / 7), pytest.approx(200 / 7))


def test_with_a_threshold_every_output_decides_for_itself() -> None:
    """Six decisions, one of them wrong; the threshold itself is not above the threshold."""
    both = data([[0.6, 0.4], [0.5, 0.9], [0.1, 0.2]], [[1, 0], [1, 1], [0, 0]])
    assert classification.evaluate(mapped, given, both, "test", threshold=0.5)["error"] == pytest.approx(100 / 6)
    single = data([[0.6], [0.4]], [1, 1])
    assert classification.evaluate(mapped, given, single, "test", threshold=0.5) == {"error": 50.0, "accuracy": 50.0}


def test_the_loss_is_the_mean_cross_entropy_in_nats() -> None:
    """ln 2 for even logits; ln(1 + e^-3) and 3 + ln(1 + e^-3) for logits 3 apart."""
    batch = {"x": np.array([[1.0, 1.0], [3.0, 0.0], [3.0, 0.0]], "float32"), "y": np.array([0, 0, 1], "int32")}
    small = math.log1p(math.exp(-3.0))
    assert float(classification.loss(given, batch, True)) == pytest.approx((math.log(2.0) + small + 3.0 + small) / 3, rel=1e-6)


def test_logits_of_any_size_have_a_finite_loss() -> None:
    batch = {"x": np.array([[1e4, -1e4]], "float32"), "y": np.array([1], "int32")}
    assert float(classification.loss(given, batch, True)) == pytest.approx(2e4)


def test_measures_are_those_that_are_reported() -> None:
    reported = classification.evaluate(mapped, given, data([[1.0, 0.0]], [0]), "test", top=5)
    assert {measure.name for measure in classification.MEASURES} == reported.keys()
    assert {measure.direction for measure in classification.MEASURES if measure.name == "error"} == {"lower"}
