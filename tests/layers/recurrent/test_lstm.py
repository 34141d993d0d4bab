"""The LSTM layer against Keras' own, with the same weights; its dropout against what it should leave."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.recurrent.lstm import LSTM

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 6, 3)).astype("float32")
TARGET = RNG.normal(size=(2, 6, 4)).astype("float32")


def outputs(layer: Any, x: np.ndarray, training: bool = False) -> np.ndarray:
    """What the layer says, compiled."""
    driver = driver_class(keras.backend.backend())()
    driver.bind(layer.variables)
    return np.asarray(driver.function(lambda x: layer(x, training=training))(x))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def test_outputs_and_gradients_are_those_of_keras() -> None:
    weights = [RNG.normal(size=shape).astype("float32") for shape in ((3, 16), (4, 16), (16,))]
    found = []
    for layer in (LSTM(4), keras.layers.LSTM(4, return_sequences=True)):
        layer.build(X.shape)
        layer.set_weights(weights)  # both order the gates as input, forget, cell, output
        driver = driver_class(keras.backend.backend())()
        driver.bind(layer.weights)
        gradients = driver.function(
            lambda layer=layer, driver=driver: driver.gradient(
                lambda: keras.ops.sum(TARGET * layer(X, training=True)), layer.trainable_variables
            )[1]
        )
        found.append([outputs(layer, X), *map(np.asarray, gradients())])
    for one, two in zip(*found, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-4)


def test_biases_begin_where_they_should() -> None:
    layer = LSTM(5, initial=0.08, forget_bias=1.0)
    layer.build((None, None, 3))
    bias = np.asarray(layer.bias.value)
    np.testing.assert_array_equal(bias[5:10], 1.0)
    assert 0 < np.abs(np.delete(bias, slice(5, 10))).max() <= 0.08


def test_recurrent_dropout_cuts_the_past_and_only_while_learning() -> None:
    layer = LSTM(4, recurrent_dropout=0.999999)
    layer.build(X.shape)
    kernel, recurrent, bias = (np.asarray(weight.value) for weight in layer.trainable_variables)
    for training in (False, True):
        h, c, wanted = np.zeros((2, 4)), np.zeros((2, 4)), []
        for t in range(6):
            net = X[:, t] @ kernel + bias + (0.0 if training else h @ recurrent)
            i, f, g, o = np.split(net, 4, axis=-1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            wanted.append(h)
        np.testing.assert_allclose(outputs(layer, X, training), np.stack(wanted, axis=1), atol=1e-5)


def test_masks_are_drawn_anew_at_each_step() -> None:
    """One cell that forgets at once, whose input is what it sees of its last output, and a little more."""
    layer = LSTM(1, recurrent_dropout=0.5)
    layer.build((None, None, 1))
    values = (np.zeros((1, 4)), np.array([[0, 0, 20, 0]]), np.array([9, -9, 0.5, 9]))
    for weight, value in zip(layer.trainable_variables, values, strict=True):
        weight.assign(value.astype("float32"))
    out = outputs(layer, np.zeros((1, 400, 1), "float32"), training=True)[0, 1:, 0]
    saw = out > 0.6  # tanh(tanh(0.5)) is 0.43 without the past, tanh(1) 0.76 with it
    assert saw.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(399))
    assert np.mean(saw[1:] == saw[:-1]) == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(398))


#: The second example ends early, the third begins late.
PRESENT = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 1, 1, 1]], bool)
SHOWN = RNG.normal(size=(3, 5, 2)).astype("float32")


@pytest.fixture(scope="module")
def stateful() -> tuple[Any, Any]:
    """Our layer and Keras' own, which return their states, with the same weights."""
    ours = LSTM(4, initial=1.0, return_state=True)
    theirs = keras.layers.LSTM(4, return_sequences=True, return_state=True)
    ours(SHOWN), theirs(SHOWN)
    theirs.set_weights(ours.get_weights())
    return ours, theirs


def test_states_are_those_of_keras(stateful: tuple[Any, Any]) -> None:
    ours, theirs = stateful
    h, c = np.full((2, 3, 4), 0.5, "float32")
    for found, expected in (
        (ours(SHOWN), theirs(SHOWN)),
        (ours(SHOWN, h, c), theirs(SHOWN, initial_state=[h, c])),
    ):
        for one, two in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, two, atol=1e-5)


def test_hidden_steps_leave_the_state_as_it_is(stateful: tuple[Any, Any]) -> None:
    ours, _ = stateful
    _, h, c = ours(SHOWN, present=PRESENT)
    for i in range(3):
        _, alone_h, alone_c = ours(SHOWN[i : i + 1, PRESENT[i]])
        np.testing.assert_allclose(h[i], alone_h[0], atol=1e-5)
        np.testing.assert_allclose(c[i], alone_c[0], atol=1e-5)


def test_one_step_after_the_other_is_the_whole(stateful: tuple[Any, Any]) -> None:
    ours, _ = stateful
    whole, _, _ = ours(SHOWN)
    state = [np.zeros((3, 4), "float32")] * 2
    for t in range(5):
        y, state = ours.one_step(SHOWN[:, t], state)
        np.testing.assert_allclose(y, whole[:, t], atol=1e-5)
