"""Next words, against NumPy."""

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.entries.attention import gpt1_2018
from benchmarks.layers.attention.pretrained import words

SIZES = {"context": 9, "width": 8, "heads": 2, "layers": 1, "dropout": 0.0, "classes": 2}
#: Two texts of at most eight words below 12, padded in front.
X = np.array([[0, 0, 1, 4, 6, 5, 7, 9], [1, 8, 8, 2, 10, 6, 11, 15]], "int32")


def numbers(x):
    return np.asarray(x.value if isinstance(x, keras.Variable) else ops.convert_to_numpy(x)).copy()


def random_weights(model):
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(scale=0.5, size=weight.shape))
    return model


@pytest.fixture(scope="module")
def writer():
    return random_weights(gpt1_2018.build(vocabulary=12, **SIZES))


def entropy(logits, label):
    logits = logits.astype("float64")
    return np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[label]


def test_only_the_last_words_are_read_and_rare_ones_are_unknown():
    np.testing.assert_array_equal(numbers(words(ops.array(X), 3, 11)), [[5, 7, 9], [6, 2, 2]])


def test_next_words_are_scored_where_both_are_words(writer):
    text = np.where(X < 12, X, 2)
    symbols = np.concatenate([text, [[3], [3]]], axis=1)
    logits = numbers(writer.language_model(ops.array(symbols)))
    losses = [entropy(logits[i, t], text[i, t + 1]) for i, first in ((0, 2), (1, 0)) for t in range(first, 7)]
    found, total = writer.both(ops.array(X))
    assert float(total) == pytest.approx(np.mean(losses), rel=1e-4)
    np.testing.assert_allclose(numbers(found), numbers(writer(ops.array(X))), rtol=1e-5)


def test_padding_changes_no_class(writer):
    """Only positions differ: with equal vectors for all, padding could as well not be there."""
    table = writer.trunk.get_layer("positions").table
    kept = numbers(table)
    table.assign(np.zeros_like(kept))
    found = numbers(writer(ops.array([[0, 0, 0, 0, 5, 6, 7, 8], [9, 9, 9, 9, 5, 6, 7, 8]])))
    short = numbers(writer(ops.array([[5, 6, 7, 8]])))
    table.assign(kept)
    np.testing.assert_allclose(found[0], short[0], rtol=1e-3, atol=1e-5)
    assert np.abs(found[1] - short[0]).max() > 1e-4
