"""Continual prediction: runs until the first mistake, counted by hand, and the loss."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.spec import Data
from benchmarks.tasks import continual_prediction
from tests.eager import Eager


class Given:
    """Outputs 0.9 for the symbol that is given, 0.1 for the others: symbol 0 may follow at every step."""

    def __call__(self, x, training=False):
        return keras.ops.one_hot(x, 2) * 0.8 + 0.1


def split(x: list[list[int]], weight: list[list[float]] | None = None) -> dict[str, np.ndarray]:
    shown = np.array(x, "int32")
    legal = np.zeros((*shown.shape, 2), "uint8")
    legal[..., 0] = 1
    return {
        "x": shown,
        "y": np.zeros_like(shown),
        "weight": np.ones(shown.shape, "float32") if weight is None else np.array(weight, "float32"),
        "legal": legal,
    }


def scores(joined: int, arrays: dict[str, np.ndarray]) -> dict[str, float]:
    data = Data({}, {}, arrays, {"joined": {"test": joined}})
    return continual_prediction.evaluate(Eager(Given()), Given(), data, "test")


def test_rows_are_joined_to_streams_and_a_run_ends_at_the_first_mistake() -> None:
    """Given 1, the net is wrong. Joined, the streams are 000010 and 000000: runs of 4 and 6."""
    rows = [[0, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]
    found = scores(2, split(rows))
    assert found["run"] == 5.0 and found["perfect"] == 0.0
    assert found["correct"] == pytest.approx(100 * 11 / 12)
    assert found["correct_late"] == 100.0  # of the last tenth of six steps the last alone
    assert scores(1, split(rows))["run"] == (3 + 1 + 3 + 3) / 4
    assert scores(1, split([[0, 0], [0, 0]]))["perfect"] == 100.0


def test_steps_without_weight_count_neither_as_right_nor_as_wrong() -> None:
    found = scores(1, split([[1, 0, 1, 0, 1]], [[0, 1, 0, 1, 1]]))
    assert found["run"] == 2.0 and found["perfect"] == 0.0
    assert found["correct"] == pytest.approx(200 / 3)


def test_all_that_may_follow_has_to_be_more_active_than_the_rest() -> None:
    arrays = split([[0, 0]])
    arrays["legal"][0, 1] = [1, 1]  # both may follow: nothing else is active
    assert scores(1, arrays)["perfect"] == 100.0
    arrays["legal"][0, 1] = [0, 1]
    assert scores(1, arrays)["run"] == 1.0


def test_the_loss_sums_over_the_steps_of_a_stream() -> None:
    batch = split([[0, 1], [0, 0]], [[1, 1], [1, 0]])
    right, wrong = 0.1**2 + 0.1**2, 0.9**2 + 0.9**2
    assert float(continual_prediction.loss(Given(), batch, True)) == pytest.approx(
        0.5 * (right + wrong + right) / 2, rel=1e-5
    )


def test_splits_may_have_streams_of_different_lengths() -> None:
    """As on the standard tier: the programs are compiled, and the net is the paper's."""
    keras.utils.set_random_seed(0)
    model = catalogue.load("lstm_forget_2000").build()
    driver = driver_class(keras.backend.backend())()
    driver.bind(model.variables)
    rows = np.random.default_rng(0).integers(0, 7, (4, 3)).tolist()
    arrays = split(rows)
    arrays["legal"] = np.repeat(arrays["legal"][..., :1], 7, axis=-1)
    arrays["legal"][..., 1:] = 0
    data = Data({}, arrays, arrays, {"joined": {"validation": 1, "test": 4}})
    predict = Predictor(model, driver)
    for name, length in (("validation", 3), ("test", 12), ("validation", 3)):
        found = continual_prediction.evaluate(predict, model, data, name)
        assert 0 <= found["run"] <= length
