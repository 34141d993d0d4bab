"""The gated recurrent unit step by step in NumPy, and the nets it is compared with."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets
from tests.eager import Eager

ENTRY = catalogue.load("gru_2014")


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def by_the_paper(model: keras.Model, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """States, update and reset gates of all steps (equations 5 to 8): resetting acts on the old state."""
    kernel, recurrent, bias = (np.asarray(w.value, "float64") for w in model.get_layer("gru").weights)
    (wz, wr, w), (uz, ur, u), (bz, br, b) = (np.split(a, 3, axis=-1) for a in (kernel, recurrent, bias))
    h, seen = np.zeros((len(x), w.shape[1])), []
    for now in x.swapaxes(0, 1):
        z = sigmoid(now @ wz + h @ uz + bz)
        r = sigmoid(now @ wr + h @ ur + br)
        h = z * h + (1.0 - z) * np.tanh(now @ w + (r * h) @ u + b)
        seen.append((h, z, r))
    states, update, reset = (np.stack(part, axis=1) for part in zip(*seen, strict=True))
    return states, update, reset


def test_states_gates_and_answer_are_those_of_the_equations() -> None:
    keras.utils.set_random_seed(0)
    model = ENTRY.build(inputs=2, answers=1, units=5)
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape))
    x = rng.normal(size=(3, 6, 2)).astype("float32")
    states, update, reset = by_the_paper(model, x.astype("float64"))
    out, out_bias = (np.asarray(w.value, "float64") for w in model.layers[-1].weights)
    found = Eager(model)(ENTRY.build.__globals__["watch"], {"x": x})
    for name, right in (("states", states), ("update", update), ("reset", reset)):
        np.testing.assert_allclose(found[name], right, atol=1e-5)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(model(x)), states[:, -1] @ out + out_bias, atol=1e-4
    )


def test_an_update_gate_at_one_keeps_the_state_for_ever() -> None:
    model = ENTRY.build(inputs=1, answers=1, units=2)
    kernel, recurrent = np.zeros((1, 6)), np.zeros((2, 6))
    kernel[0, :2] = -100.0  # where the input is 1, the state is written, with tanh(1)
    kernel[0, 4:] = 1.0
    bias = np.array([50.0, 50.0, 0, 0, 0, 0])
    model.get_layer("gru").set_weights([kernel, recurrent, bias])
    x = np.zeros((1, 200, 1), "float32")
    x[0, 3] = 1.0
    states = Eager(model)(ENTRY.build.__globals__["watch"], {"x": x})["states"]
    np.testing.assert_allclose(states[0, 2], 0.0, atol=1e-6)
    np.testing.assert_allclose(states[0, [3, 199]], np.tanh(1.0), rtol=1e-5)


@pytest.mark.parametrize("name", ["temporal_order", "tiny_shakespeare"])
def test_the_nets_that_are_compared_have_nearly_the_same_number_of_weights(name: str) -> None:
    counts = [
        ENTRY.build(**recipe.model).count_params() for recipe in ENTRY.recipes if recipe.dataset == name
    ]
    assert len(counts) == 3
    assert max(counts) < 1.05 * min(counts)


def test_zeros_in_front_of_a_review_change_nothing() -> None:
    keras.utils.set_random_seed(0)
    model = ENTRY.build(inputs="words", symbols=9, answers=2, units=3, embedding=4)
    words = np.array([[1, 5, 2, 8], [1, 3, 3, 7]], "int32")
    padded = np.pad(words, [[0, 0], [3, 0]])
    one, other = (keras.ops.convert_to_numpy(model(x)) for x in (words, padded))
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_pictures_have_a_row_for_each_state_and_gate() -> None:
    assert ENTRY.pictures is not None
    data = datasets.load("digits")
    digits = {"inputs": (8, 8, 1), "scale": 16.0, "answers": 10, "units": 6}
    for cell, rows in (("gru", 18), ("tanh", 6)):
        model = ENTRY.build(cell=cell, **digits)
        assert ENTRY.pictures(model, data, Eager(model))["units"].tiles.shape == (4, 1, rows, 32)
