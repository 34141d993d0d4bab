"""The published size counted by hand, and the two objectives."""

import numpy as np
import pytest
from keras import ops

from benchmarks.entries.attention.gpt1_2018 import ENTRY, build, loss


def test_the_published_size_counted_by_hand():
    """Two tables; twelve blocks of four square matrices, two of four times the width, and two
    normalisations; nothing at the end."""
    width = 768
    block = 4 * (width**2 + width) + 2 * 4 * width**2 + 4 * width + width + 2 * 2 * width
    assert ENTRY.parameters[0].trainable == (40_478 + 512) * width + 12 * block == 116_534_784


def test_labels_and_half_of_the_next_words_are_learned_together():
    model = build(vocabulary=12, context=9, width=8, heads=2, layers=1, dropout=0.0, classes=2)
    x = np.random.default_rng(0).integers(1, 12, (6, 8)).astype("int32")
    y = np.array([0, 1, 1, 0, 1, 0], "int32")
    logits = np.asarray(ops.convert_to_numpy(model(ops.array(x))), "float64")
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    of_labels = -np.mean(np.log(shares[np.arange(6), y]))
    of_words = float(loss(model, {"x": x, "y": x, "weight": x}, True))
    batch = {"x": ops.array(x), "y": ops.array(y)}
    assert float(loss(model, batch, False)) == pytest.approx(of_labels, rel=1e-4)
    assert float(loss(model, batch, True)) == pytest.approx(of_labels + 0.5 * of_words, rel=1e-4)
