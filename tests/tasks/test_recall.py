"""Recall: targets, loss and the paper's criterion on outputs chosen by hand."""

import keras
import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import recall
from tests.eager import Eager


class Given:
    """A model that puts out what it is given."""

    def __call__(self, x, training=False):
        return keras.ops.convert_to_tensor(x)


def data(tolerance: float, **arrays: np.ndarray) -> Data:
    return Data({}, {}, arrays, {"tolerance": tolerance})


def test_real_targets_within_the_tolerance_are_correct() -> None:
    outputs = np.array([[0.50], [0.539], [0.541], [0.90]], "float32")
    y = np.full((4, 1), 0.5, "float32")
    found = recall.evaluate(Eager(Given()), Given(), data(0.04, x=outputs, y=y), "test")
    assert found["wrong"] == 50.0 and found["correct"] == 50.0
    assert found["mse"] == pytest.approx((0.039**2 + 0.041**2 + 0.4**2) / 4, rel=1e-4)
    assert "error" not in found


def test_narrowed_targets_are_scored_by_both_tolerances() -> None:
    """Off by 0, 0.03 and 0.05: one is wrong at 0.04, two at 0.024."""
    outputs = np.array([[0.50], [0.53], [0.55]], "float32")
    y = np.full((3, 1), 0.5, "float32")
    narrow = Data({}, {}, {"x": outputs, "y": y}, {"tolerance": 0.04, "scaled_tolerance": 0.024})
    found = recall.evaluate(Eager(Given()), Given(), narrow, "test")
    assert found["wrong"] == pytest.approx(100 / 3)
    assert found["wrong_scaled"] == pytest.approx(200 / 3)


def test_classes_need_every_output_within_the_tolerance() -> None:
    outputs = np.array([[0.9, 0.1], [0.6, 0.1], [0.2, 0.9]], "float32")
    found = recall.evaluate(
        Eager(Given()), Given(), data(0.3, x=outputs, y=np.array([0, 0, 0], "int32")), "test"
    )
    assert found["wrong"] == pytest.approx(
        200 / 3
    )  # the second is off by 0.4 at its class, the third altogether
    assert found["error"] == pytest.approx(100 / 3)


def test_every_step_counts_where_every_step_is_predicted() -> None:
    right = np.array([[1.0, 0.0], [0.0, 1.0]], "float32")
    early = np.array([[0.7, 0.0], [0.0, 1.0]], "float32")
    outputs = np.stack([right, early])
    following = np.array([[0, 1], [0, 1]], "int32")
    arrays = data(0.25, x=outputs, y=following[:, -1], next=following)
    found = recall.evaluate(Eager(Given()), Given(), arrays, "test")
    assert found == {"wrong": 50.0, "correct": 50.0, "mse": 0.0, "error": 0.0}


def test_the_loss_is_half_the_squared_error_summed_over_steps_and_outputs() -> None:
    outputs = np.array([[[0.5, 0.5], [0.0, 1.0]]], "float32")
    batch = {"x": outputs, "y": np.array([[0, 0]], "int32"), "weight": np.array([[1.0, 1.0]], "float32")}
    assert float(recall.loss(Given(), batch, True)) == pytest.approx(0.5 * (0.25 + 0.25 + 1.0 + 1.0))
    batch["weight"] = np.array([[1.0, 0.0]], "float32")
    assert float(recall.loss(Given(), batch, True)) == pytest.approx(0.25)
