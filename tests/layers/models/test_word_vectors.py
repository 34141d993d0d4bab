"""Negative sampling against gradients derived by hand; noise, subsampling and windows against counts."""

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.layers.models.word_vectors import WordVectors, shifted

VOCABULARY, WIDTH, WINDOW, NEGATIVES = 6, 3, 2, 2
RNG = np.random.default_rng(1)
V, U = RNG.normal(size=(2, VOCABULARY, WIDTH))
X = np.array([[1, 4, 2, 1, 5], [3, 3, 0, 2, 4]], "int32")
THERE = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 1, 1]], bool)
REACH = np.array([[1, 2, 2, 1, 2], [2, 1, 2, 2, 1]], "int32")
DRAWN = RNG.integers(0, VOCABULARY, (*X.shape, NEGATIVES)).astype("int32")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def model(bag=False, **options):
    made = WordVectors(VOCABULARY, WIDTH, WINDOW, NEGATIVES, bag=bag, listed=64, **options)
    made.vectors.assign(V)
    made.contexts.assign(U)
    return made


def neighbours(n, t):
    """The places of the neighbours of the word at t."""
    near = range(max(0, t - REACH[n, t]), min(X.shape[1], t + REACH[n, t] + 1))
    return [s for s in near if s != t and THERE[n, t] and THERE[n, s]]


def by_hand(bag):
    """The loss of equation 4, and its gradient by both tables: by a score z with target y it is s(z) - y."""
    nats, pairs, by_v, by_u = np.zeros(len(X)), np.zeros(len(X)), np.zeros_like(V), np.zeros_like(U)
    for n, t in np.ndindex(*X.shape):
        near = neighbours(n, t)
        # Skip-gram: the word guesses each neighbour. CBOW: all neighbours together guess the word.
        guesses = [([X[n, s] for s in near], X[n, t])] if bag and near else []
        guesses = guesses if bag else [([X[n, t]], X[n, s]) for s in near]
        for sources, wanted in guesses:
            pairs[n] += 1
            guess = V[sources].mean(axis=0)
            for word, target in ((wanted, 1.0), *((word, 0.0) for word in DRAWN[n, t])):
                score = guess @ U[word]
                nats[n] -= np.log(sigmoid(score if target else -score))
                error = sigmoid(score) - target
                by_u[word] += error * guess
                for source in sources:
                    by_v[source] += error * U[word] / len(sources)
    return nats, pairs, by_v, by_u


@pytest.mark.parametrize("bag", [False, True])
def test_the_loss_is_equation_four(bag):
    nats, pairs, _, _ = by_hand(bag)
    found = model(bag).nats(ops.array(X), ops.array(THERE), ops.array(REACH), ops.array(DRAWN))
    np.testing.assert_allclose(found[0], nats, rtol=1e-5)
    np.testing.assert_array_equal(found[1], pairs)


@pytest.mark.parametrize("bag", [False, True])
def test_the_gradient_is_the_one_derived_by_hand(bag):
    made = model(bag)
    arguments = [ops.array(part) for part in (X, THERE, REACH, DRAWN)]
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            nats = ops.sum(made.nats(*arguments)[0])
        found = [
            ops.convert_to_numpy(tf.convert_to_tensor(part))
            for part in tape.gradient(nats, [made.vectors.value, made.contexts.value])
        ]
    else:
        import jax

        def total(tables):
            with keras.StatelessScope(list(zip((made.vectors, made.contexts), tables, strict=True))):
                return ops.sum(made.nats(*arguments)[0])

        found = jax.grad(total)([made.vectors.value, made.contexts.value])
    for gradient, expected in zip(found, by_hand(bag)[2:], strict=True):
        np.testing.assert_allclose(gradient, expected, atol=1e-5)


def test_noise_follows_the_counts_to_the_power_three_quarters():
    counts = np.array([500, 1, 16, 81, 0, 256])
    made = WordVectors(VOCABULARY, WIDTH, first_word=1, listed=1000 * (1 + 8 + 27 + 64))
    made.adapt(np.repeat(np.arange(VOCABULARY), counts)[None])
    listed = np.bincount(np.asarray(made.noise.value), minlength=VOCABULARY)
    # The word 0 is none; 1, 16, 81 and 256 to the power 3/4 are 1, 8, 27 and 64.
    np.testing.assert_array_equal(listed, [0, 1000, 8000, 27_000, 0, 64_000])


def test_frequent_words_are_kept_as_equation_five_says():
    made = WordVectors(3, WIDTH, threshold=0.01, listed=8)
    made.adapt(np.repeat([0, 1, 2], [990, 9, 1])[None])
    expected = [np.sqrt(0.01 / 0.99), 1.0, 1.0]  # of 9 in a thousand and fewer, all
    np.testing.assert_allclose(made.kept, expected, rtol=1e-5)


def test_in_training_words_are_skipped_and_windows_are_short_at_random():
    """In a text of one frequent word, the pairs tell how many words are kept and how far they reach."""
    x = np.zeros((1000, 60), "int32")
    made = WordVectors(2, WIDTH, window=3, negatives=1, threshold=0.25, listed=8)
    made.adapt(x)  # kept: half of them
    pairs = float(ops.sum(made(x, training=True)[1]))
    places = sum(2 * (60 - d) * (4 - d) / 3 for d in (1, 2, 3))  # the reach is d or more in 4 - d cases of 3
    assert pairs == pytest.approx(0.5 * 0.5 * places * 1000, rel=0.05)  # the standard deviation is 0.8%
    again = float(ops.sum(made(x, training=True)[1]))
    assert again != pairs
    whole = 1000 * sum(2 * (60 - d) for d in (1, 2, 3))
    assert float(ops.sum(made(x)[1])) == whole, "outside training all words count, and windows are whole"
    np.testing.assert_array_equal(made(x)[0], made(x)[0])


def test_shifting_moves_along_the_text_and_fills_with_zeros():
    x = ops.array([[1, 2, 3]])
    np.testing.assert_array_equal(shifted(x, 1), [[2, 3, 0]])
    np.testing.assert_array_equal(shifted(x, -2), [[0, 0, 1]])
