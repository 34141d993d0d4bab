"""The published sizes counted by hand, and which loss is whose."""

import math

import numpy as np
import pytest
from keras import ops

from benchmarks.entries.attention.bert_2018 import ENTRY, build, loss


@pytest.mark.parametrize(("place", "width", "layers"), [(0, 768, 12), (1, 1024, 24)])
def test_the_published_sizes_counted_by_hand(place, width, layers):
    """Three tables and a normalisation; blocks of four square matrices, two of four times the width, and two
    normalisations; the pooler and the two classes; a dense layer, a normalisation and a bias above the table.
    """
    block = 4 * (width**2 + width) + 2 * 4 * width**2 + 4 * width + width + 2 * 2 * width
    encoder = (30_522 + 512 + 2) * width + 2 * width + layers * block
    pooler = width**2 + width
    heads = 2 * width + 2 + width**2 + width + 2 * width + 30_522
    count = ENTRY.parameters[place]
    assert encoder + pooler + heads == count.trainable
    assert count.trainable == pytest.approx(count.published, rel=0.02)
    if not place:
        # The encoder with its pooler, as it is counted elsewhere.
        assert encoder + pooler == 109_482_240


def test_texts_are_scored_by_hidden_words_and_labelled_texts_by_labels():
    model = build(vocabulary=12, context=9, width=8, heads=2, layers=1, dropout=0.0)
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(scale=0.5, size=weight.shape))
    x = rng.integers(4, 12, (6, 8)).astype("int32")
    y = np.array([0, 1, 1, 0, 1, 0], "int32")
    logits = np.asarray(ops.convert_to_numpy(model(ops.array(x))), "float64")
    of_labels = -np.mean(np.log(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))[np.arange(6), y])
    batch = {"x": ops.array(x), "y": ops.array(y)}
    for training in (False, True):
        assert float(loss(model, batch, training)) == pytest.approx(of_labels, rel=1e-4)
    for weight in (model.tokens.table, model.bias):
        weight.assign(np.zeros(weight.shape))
    text = {"x": ops.array(x), "y": ops.array(x), "weight": ops.ones((6, 8))}
    assert float(loss(model, text, True)) == pytest.approx(math.log(12), rel=1e-5), "all words as likely"
