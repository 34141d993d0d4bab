"""Classification: error, accuracy and cross-entropy against numbers by hand."""

import math
from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import classification
from tests.eager import Eager


def given(x: Any, training: bool) -> Any:
    """A model whose outputs are its inputs."""
    return x


def data(x: Any, y: Any) -> Data:
    arrays = {"x": np.asarray(x, "float32"), "y": np.asarray(y, "int32")}
    nothing = {"x": np.zeros((0, 2), "float32"), "y": np.zeros(0, "int32")}
    return Data(train=nothing, validation=nothing, test=arrays)


def test_the_largest_output_decides() -> None:
    scores = classification.evaluate(
        Eager(given), given, data([[0.1, 0.9], [2.0, 1.0], [-3.0, -4.0], [0.0, 5.0]], [1, 1, 0, 0]), "test"
    )
    assert scores == {"error": 50.0, "accuracy": 50.0}


def test_the_top5_error_counts_labels_that_are_not_among_the_five_largest_outputs() -> None:
    falling = [[7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]] * 7
    assert classification.evaluate(Eager(given), given, data(falling, range(7)), "test", top=5) == {
        "error": pytest.approx(600 / 7),
        "accuracy": pytest.approx(100 / 7),
        "top5_error": pytest.approx(200 / 7),
    }
    # Of equal outputs the first counts as the largest, as for the most likely class.
    equal = classification.evaluate(Eager(given), given, data([[1.0] * 7] * 7, range(7)), "test", top=5)
    assert (equal["error"], equal["top5_error"]) == (pytest.approx(600 / 7), pytest.approx(200 / 7))


def test_with_a_threshold_every_output_decides_for_itself() -> None:
    """Six decisions, one of them wrong; the threshold itself is not above the threshold."""
    both = data([[0.6, 0.4], [0.5, 0.9], [0.1, 0.2]], [[1, 0], [1, 1], [0, 0]])
    assert classification.evaluate(Eager(given), given, both, "test", threshold=0.5)[
        "error"
    ] == pytest.approx(100 / 6)
    single = data([[0.6], [0.4]], [1, 1])
    assert classification.evaluate(Eager(given), given, single, "test", threshold=0.5) == {
        "error": 50.0,
        "accuracy": 50.0,
    }


def test_the_loss_is_the_mean_cross_entropy_in_nats() -> None:
    """ln 2 for even logits; ln(1 + e^-3) and 3 + ln(1 + e^-3) for logits 3 apart."""
    batch = {
        "x": np.array([[1.0, 1.0], [3.0, 0.0], [3.0, 0.0]], "float32"),
        "y": np.array([0, 0, 1], "int32"),
    }
    small = math.log1p(math.exp(-3.0))
    assert float(classification.loss(given, batch, True)) == pytest.approx(
        (math.log(2.0) + small + 3.0 + small) / 3, rel=1e-6
    )


class Decaying(keras.Layer):
    """A model whose outputs are its inputs and whose layers ask for penalties of 0.5 and 0.25."""

    @property
    def losses(self) -> list[float]:
        return [0.5, 0.25]

    def call(self, x: Any) -> Any:
        return x


def test_penalties_of_the_layers_count_in_training_alone() -> None:
    batch = {"x": np.array([[1.0, 1.0]], "float32"), "y": np.array([0], "int32")}
    found = [float(classification.loss(Decaying(), batch, training)) for training in (True, False)]
    assert found == pytest.approx([math.log(2.0) + 0.75, math.log(2.0)], rel=1e-6)


def test_logits_of_any_size_have_a_finite_loss() -> None:
    batch = {"x": np.array([[1e4, -1e4]], "float32"), "y": np.array([1], "int32")}
    assert float(classification.loss(given, batch, True)) == pytest.approx(2e4)


def test_half_the_squared_error_is_the_mean_over_examples_and_outputs() -> None:
    """Targets (1, -1), (-1, 1): differences 0.5, 0, 2, 2; with targets of 0 and 1: 0.5, 1, 1, 2."""
    arrays = data([[0.5, -1.0], [1.0, -1.0]], [0, 1])
    assert classification.evaluate(Eager(given), given, arrays, "test", targets=(-1.0, 1.0))[
        "half_mse"
    ] == pytest.approx((0.25 + 4 + 4) / 8)
    assert classification.evaluate(Eager(given), given, arrays, "test", targets=(0.0, 1.0))[
        "half_mse"
    ] == pytest.approx((0.25 + 1 + 1 + 4) / 8)


def test_the_training_examples_are_scored_with_the_test_split_alone() -> None:
    test = data([[1.0, 0.0]], [1]).test
    train = data([[1.0, 0.0], [0.0, 3.0], [0.0, 1.0], [1.0, 2.0]], [0, 0, 1, 1]).test
    both = Data(train=train, validation=test, test=test)
    assert classification.evaluate(Eager(given), given, both, "test", train=True) == {
        "error": 100.0,
        "accuracy": 0.0,
        "train_error": 25.0,
    }
    assert classification.evaluate(Eager(given), given, both, "test", train=True, targets=(0.0, 1.0))[
        "train_half_mse"
    ] == pytest.approx((10 + 2) / 16)
    assert "train_error" not in classification.evaluate(Eager(given), given, both, "validation", train=True)


class Three:
    """A committee whose members' outputs are its inputs [n, 3, classes]; it follows the first."""

    def members(self, x: Any, training: bool) -> Any:
        return x

    def __call__(self, x: Any, training: bool) -> Any:
        return x[:, 0]


def test_the_members_of_a_committee_are_scored_one_by_one() -> None:
    """Two examples of class 1, three members: right, wrong, wrong and right, right, wrong."""

    right, wrong = [0.0, 1.0], [1.0, 0.0]
    scores = classification.evaluate(
        Eager(Three()),
        Three(),
        data([[right, wrong, wrong], [right, right, wrong]], [1, 1]),
        "test",
        members=True,
    )
    assert scores == {"error": 0.0, "accuracy": 100.0, "member_error": pytest.approx(50.0)}


def test_measures_are_those_that_are_reported() -> None:
    arrays = Data(*[data([[1.0, 0.0]], [0]).test] * 3)
    reported = classification.evaluate(Eager(given), given, arrays, "test", top=5)
    reported |= classification.evaluate(Eager(given), given, arrays, "test", targets=(0.0, 1.0), train=True)
    assert {measure.name for measure in classification.MEASURES} == reported.keys() | {"member_error"}
    assert {measure.direction for measure in classification.MEASURES if measure.name == "error"} == {"lower"}
