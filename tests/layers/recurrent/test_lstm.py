"""The LSTM against Keras' own, with the same weights."""

import keras
import numpy as np
import pytest

from benchmarks.layers.recurrent.lstm import LSTM

N, TIME, INPUTS, CELLS = 3, 5, 2, 4
X = np.random.default_rng(1).normal(size=(N, TIME, INPUTS)).astype("float32")
#: The second example ends early, the third begins late.
PRESENT = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 1, 1, 1]], bool)


@pytest.fixture(scope="module")
def layers():
    keras.utils.set_random_seed(2)
    ours, theirs = (
        LSTM(CELLS, initial=1.0),
        keras.layers.LSTM(CELLS, return_sequences=True, return_state=True),
    )
    ours(X), theirs(X)
    theirs.set_weights(ours.get_weights())  # Keras has the gates in the same order: i, f, c, o
    return ours, theirs


def test_it_is_that_of_keras(layers):
    ours, theirs = layers
    for found, expected in zip(ours(X), theirs(X), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
    h, c = np.full((2, N, CELLS), 0.5, "float32")
    expected = theirs(X, initial_state=[h, c])
    for found, wanted in zip(ours(X, h, c), expected, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_hidden_steps_leave_the_state_as_it_is(layers):
    ours, _ = layers
    _, h, c = ours(X, present=PRESENT)
    for i in range(N):
        _, alone_h, alone_c = ours(X[i : i + 1, PRESENT[i]])
        np.testing.assert_allclose(h[i], alone_h[0], atol=1e-5)
        np.testing.assert_allclose(c[i], alone_c[0], atol=1e-5)


def test_one_step_after_the_other_is_the_whole(layers):
    ours, _ = layers
    outputs, _, _ = ours(X)
    h = c = np.zeros((N, CELLS), "float32")
    for t in range(TIME):
        h, c = ours.step(X[:, t], h, c)
        np.testing.assert_allclose(h, outputs[:, t], atol=1e-5)


def test_all_weights_start_within_the_bound():
    keras.utils.set_random_seed(3)
    layer = LSTM(100)
    layer.build((None, None, 50))
    kernel, recurrent_kernel, bias = layer.get_weights()
    for weights in (kernel, recurrent_kernel, bias):
        assert 0.075 < np.abs(weights).max() <= 0.08 and abs(weights.mean()) < 0.01
