"""Language modelling: probabilities, legality and likelihood vectors on outputs chosen by hand."""

import math

import keras
import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import language_modelling
from tests.eager import Eager


class Given:
    """A model that puts out what it is given."""

    def __call__(self, x, training=False):
        return keras.ops.convert_to_tensor(x)


def evaluate(outputs, y, weight, legal=None, likelihood=None, **options):
    arrays = {
        "x": np.array(outputs, "float32"),
        "y": np.array(y, "int32"),
        "weight": np.array(weight, "float32"),
    }
    arrays |= {} if legal is None else {"legal": np.array(legal, "uint8")}
    arrays |= {} if likelihood is None else {"likelihood": np.array(likelihood, "float32")}
    return language_modelling.evaluate(Eager(Given()), Given(), Data({}, {}, arrays), "test", **options)


def test_cross_entropy_of_logits_and_of_activations() -> None:
    probability = [0.7, 0.2, 0.1]
    logits = [[[math.log(p) + 3.0 for p in probability]] * 2]
    found = evaluate(logits, [[0, 1]], [[1, 0]])
    assert found["cross_entropy"] == pytest.approx(-math.log(0.7), rel=1e-5)
    assert found["perplexity"] == pytest.approx(1 / 0.7, rel=1e-5)
    assert found["bits_per_symbol"] == pytest.approx(-math.log2(0.7), rel=1e-5)
    # Activations are scaled to sum to one: 0.35 of 0.5 in all is 0.7.
    halved = [[[p / 2 for p in probability]]]
    assert evaluate(halved, [[0]], [[1]], activations=True)["cross_entropy"] == pytest.approx(
        -math.log(0.7), rel=1e-5
    )


def test_bits_are_divided_among_the_characters_that_symbols_stand_for() -> None:
    arrays = {
        "x": np.log(np.array([[[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]]], "float32")),
        "y": np.zeros((1, 3), "int32"),
        "weight": np.array([[1, 1, 0]], "float32"),
    }
    given = Data({}, {}, arrays, {"characters": {"test": 12}})
    found = language_modelling.evaluate(Eager(Given()), Given(), given, "test")
    # One bit and two bits for two symbols, which stand for twelve characters.
    assert found["bits_per_symbol"] == pytest.approx(1.5)
    assert found["bits_per_character"] == pytest.approx(0.25)


def test_a_string_is_correct_if_all_that_may_follow_is_more_active_than_all_else() -> None:
    outputs = [
        [[0.5, 0.4, 0.1], [0.1, 0.2, 0.9]],  # both steps right
        [
            [0.5, 0.2, 0.3],
            [0.1, 0.2, 0.9],
        ],  # the first: the most active may follow, but the second most may not
        [[0.5, 0.4, 0.1], [0.9, 0.2, 0.1]],  # the second is wrong, but has no weight
    ]
    legal = [[[1, 1, 0], [0, 0, 1]]] * 3
    weight = [[1, 1], [1, 1], [1, 0]]
    found = evaluate(outputs, [[0, 2]] * 3, weight, legal, activations=True, strings=True)
    assert found["strings_correct"] == pytest.approx(200 / 3)
    assert found["solved"] == 0.0
    assert found["legal"] == pytest.approx(100.0)
    assert (
        evaluate(outputs[::2], [[0, 2]] * 2, weight[::2], legal[::2], activations=True, strings=True)[
            "solved"
        ]
        == 100.0
    )


def test_likelihood_vectors() -> None:
    found = evaluate(
        [[[0.6, 0.8], [1.0, 0.0]]],
        [[0, 0]],
        [[1, 1]],
        likelihood=[[[1.0, 0.0], [0.0, 1.0]]],
        activations=True,
    )
    assert found["cosine"] == pytest.approx(0.3)  # 0.6 and 0
    assert found["rms_error"] == pytest.approx(math.sqrt(((0.16 + 0.64) / 2 + (1.0 + 1.0) / 2) / 2))


def test_the_loss_is_the_mean_over_symbols_of_weight_one() -> None:
    logits = np.log(np.array([[[0.5, 0.5], [0.9, 0.1]]], "float32"))
    batch = {"x": logits, "y": np.array([[0, 0]], "int32"), "weight": np.array([[1.0, 0.0]], "float32")}
    assert float(language_modelling.loss(Given(), batch, True)) == pytest.approx(math.log(2.0), rel=1e-5)
