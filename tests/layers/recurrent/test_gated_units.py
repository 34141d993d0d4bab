"""Gated units, and the decoder that aligns, written out in NumPy."""

import keras
import numpy as np
import pytest

from benchmarks.layers.recurrent.gated_units import AligningUnits, GatedUnits, three_orthogonal

N, TIME, SOURCE, INPUTS, UNITS, WIDTH = 2, 3, 4, 2, 3, 5
RNG = np.random.default_rng(1)
X = RNG.normal(size=(N, TIME, INPUTS)).astype("float32")
ANNOTATIONS = RNG.normal(size=(N, SOURCE, WIDTH)).astype("float32")
FIRST = RNG.normal(size=(N, UNITS)).astype("float32")
PRESENT = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], bool)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    return np.exp(x - x.max()) / np.exp(x - x.max()).sum()


def next_state(net, state, recurrent):
    """Equations of appendix A.1.1; W_z, W_r and W side by side."""
    (nz, nr, nc), (uz, ur, uc) = np.split(net, 3), np.split(recurrent, 3, axis=1)
    z, r = sigmoid(nz + state @ uz), sigmoid(nr + state @ ur)
    return (1 - z) * state + z * np.tanh(nc + (r * state) @ uc)


@pytest.mark.parametrize("backwards", [False, True])
def test_gated_units_are_those_of_the_appendix(backwards):
    keras.utils.set_random_seed(2)
    layer = GatedUnits(UNITS, backwards, initial=1.0)
    present = np.array([[1, 1, 1], [1, 1, 0]], bool)
    states, last = (keras.ops.convert_to_numpy(part) for part in layer(X, present=present))
    kernel, recurrent, bias = layer.get_weights()
    for i in range(N):
        state = np.zeros(UNITS)
        steps = np.flatnonzero(present[i])
        for t in steps[::-1] if backwards else steps:
            state = next_state(X[i, t] @ kernel + bias, state, recurrent)
            np.testing.assert_allclose(states[i, t], state, atol=1e-5)
        np.testing.assert_allclose(last[i], state, atol=1e-5)
        assert not np.any(states[i, ~present[i]])


@pytest.fixture(scope="module")
def decoder():
    keras.utils.set_random_seed(3)
    layer = AligningUnits(UNITS, alignment=4, initial=1.0)
    found = layer(X, ANNOTATIONS, PRESENT, FIRST)
    layer.v.assign(RNG.normal(size=4))
    layer.from_state.assign(RNG.normal(size=(UNITS, 4)))
    layer.from_annotations.assign(RNG.normal(size=(WIDTH, 4)))
    # Before v is learned, all words that are there weigh the same.
    np.testing.assert_allclose(found[2][1], np.tile([0.5, 0.5, 0, 0], (TIME, 1)), atol=1e-6)
    return layer


def test_the_decoder_is_that_of_the_appendix(decoder):
    found = [keras.ops.convert_to_numpy(part) for part in decoder(X, ANNOTATIONS, PRESENT, FIRST)]
    kernel, from_context, recurrent, bias, from_state, from_annotations, v = (
        np.asarray(weights.value, "float64")
        for weights in (
            *(decoder.kernel, decoder.context_kernel, decoder.recurrent_kernel, decoder.bias),
            *(decoder.from_state, decoder.from_annotations, decoder.v),
        )
    )
    for i in range(N):
        state, seen = FIRST[i].astype("float64"), ANNOTATIONS[i, PRESENT[i]].astype("float64")
        for t in range(TIME):
            np.testing.assert_allclose(found[0][i, t], state, atol=1e-5)
            weights = softmax(np.tanh(state @ from_state + seen @ from_annotations) @ v)
            np.testing.assert_allclose(found[2][i, t, PRESENT[i]], weights, atol=1e-5)
            np.testing.assert_allclose(found[1][i, t], weights @ seen, atol=1e-5)
            net = X[i, t] @ kernel + (weights @ seen) @ from_context + bias
            state = next_state(net, state, recurrent)


def test_one_step_after_the_other_is_the_whole(decoder):
    states, contexts, weights = decoder(X, ANNOTATIONS, PRESENT, FIRST)
    state, keys = FIRST, decoder.keys(ANNOTATIONS)
    for t in range(TIME):
        np.testing.assert_allclose(states[:, t], state, atol=1e-5)
        state, context, weight = decoder.step(X[:, t], ANNOTATIONS, keys, PRESENT, state)
        np.testing.assert_allclose(context, contexts[:, t], atol=1e-5)
        np.testing.assert_allclose(weight, weights[:, t], atol=1e-5)


def test_without_alignment_the_one_annotation_is_the_context_of_every_step():
    layer = AligningUnits(UNITS, alignment=None)
    _, contexts, weights = layer(X, ANNOTATIONS[:, :1], PRESENT[:, :1], FIRST)
    np.testing.assert_array_equal(contexts, np.repeat(ANNOTATIONS[:, :1], TIME, axis=1))
    np.testing.assert_array_equal(weights, np.ones((N, TIME, 1)))
    assert len(layer.weights) == 4


def test_recurrent_weights_start_as_three_rotations():
    for part in np.split(keras.ops.convert_to_numpy(three_orthogonal((6, 18))), 3, axis=1):
        np.testing.assert_allclose(part @ part.T, np.eye(6), atol=1e-5)
