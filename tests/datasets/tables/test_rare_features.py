"""Rare features: how rare, and what they say."""

import numpy as np
import pytest

from benchmarks import datasets


def test_features_are_as_rare_as_said_and_their_sum_decides_but_for_the_noise() -> None:
    data = datasets.load("rare_features")
    x, y = data.train["x"], data.train["y"]
    there = np.zeros((len(x), 1_001), bool)
    there[np.arange(len(x))[:, None], x] = True
    assert (there[:, 1:].sum(axis=1) == (x > 0).sum(axis=1)).all(), "each once"
    assert there[:, 0].all(), "there is room for all"
    expected = np.minimum(0.5, 5 / np.arange(1, 1_001))
    deviation = np.sqrt(expected * (1 - expected) / len(x))
    assert np.abs((there[:, 1:].mean(axis=0) - expected) / deviation).max() < 4.5
    weights = np.array(data.info["weights"])
    assert weights[:2].tolist() in ([14, -14], [-14, 14]), "ten times the root of 2"
    np.testing.assert_allclose(weights**2 * expected, 100, rtol=0.1)
    agree = (there[:, 1:] @ weights > 0) == (y == 1)
    assert agree.mean() == pytest.approx(0.95, abs=4 * np.sqrt(0.05 * 0.95 / len(x)))
