"""Copying: scores of outputs chosen by hand, and a perfect copier that forgets after some steps."""

import math

import keras
import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import copying
from tests.eager import Eager


class Copier:
    """Repeats what came before the mark, as far as it can count; then it puts out zeros."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, x, training=False):
        x = np.asarray(x)
        logits = np.full((*x.shape[:2], x.shape[2] - 1), -20.0, "float32")
        for row, marks in zip(range(len(x)), x[..., -1].argmax(axis=1), strict=True):
            kept = min(marks, self.most)
            logits[row, marks + 1 : marks + 1 + kept] = 40.0 * x[row, :kept, :-1] - 20.0
        return keras.ops.convert_to_tensor(logits)


def test_bits_are_counted_where_they_have_weight() -> None:
    logits = np.array([[[9.0], [0.0]], [[9.0], [math.log(3.0)]]], "float32")

    def model(x, training=False):
        return keras.ops.convert_to_tensor(logits)

    split = {
        "x": np.zeros((2, 2, 2), "uint8"),
        "y": np.array([[[0], [1]], [[0], [0]]], "uint8"),
        "weight": np.array([[0, 1], [0, 1]], "uint8"),
    }
    found = copying.evaluate(Eager(model), model, Data(split, split, split), "test")
    # A half and a quarter for the right bit cost one bit and two; the logit 0 says no bit.
    assert found == {"bits_per_sequence": pytest.approx(1.5), "bit_error": 100.0, "wrong": 100.0}
    assert float(copying.loss(model, split, True)) == pytest.approx(1.5 * math.log(2.0))


def test_a_copier_that_forgets_after_twelve_steps_copies_ten() -> None:
    split = {key: value[0] for key, value in copying.episodes([4], 3).items()}
    model = Copier(12)
    found = copying.evaluate(Eager(model), model, Data(split, split, split), "test", longer=(5, 10, 20, 40))
    assert found["wrong"] == found["bit_error"] == 0.0 and found["bits_per_sequence"] < 1e-6
    assert found["longest_copied"] == 10
    # Of 20 vectors 8 are lost, of 40 vectors 28; half of their bits are zeros.
    assert found["longer_bit_error"] == pytest.approx(100 * (0.5 * 8 / 20 + 0.5 * 28 / 40) / 4, abs=1.5)
    assert copying.evaluate(Eager(model), model, Data(split, split, split), "validation", longer=(5,)) == {
        key: found[key] for key in ("bits_per_sequence", "bit_error", "wrong")
    }
    nothing = Copier(0)
    lost = copying.evaluate(Eager(nothing), nothing, Data(split, split, split), "test", longer=(5, 10))
    assert lost["longest_copied"] == 0


def test_longer_sequences_have_the_form_of_the_data_sets() -> None:
    made = copying.episodes([3, 5], 4)
    x, y, weight = made["x"][0], made["y"][0], made["weight"][0]
    assert x.shape == (copying.LONGER, 11, 5) and (x[:, 3, 4] == 1).all() and x[..., 4].sum() == len(x)
    np.testing.assert_array_equal(y[:, 4:7], x[:, :3, :4])
    assert (weight.sum(axis=1) == 3).all() and (weight[:, 4:7] == 1).all() and not x[:, 4:].any()
