"""Vectors to be copied: each sequence is read again, step by step."""

import numpy as np

from benchmarks import datasets


def test_each_sequence_is_repeated_after_its_mark() -> None:
    data = datasets.load("vector_copying_short")
    lengths = []
    for x, y, weight in zip(*(data.test[key] for key in ("x", "y", "weight")), strict=True):
        (length,) = np.flatnonzero(x[:, -1])
        lengths.append(int(length))
        np.testing.assert_array_equal(y[length + 1 : 2 * length + 1], x[:length, :-1])
        np.testing.assert_array_equal(np.flatnonzero(weight), np.arange(length + 1, 2 * length + 1))
        assert not x[length:, :-1].any() and not y[: length + 1].any() and not y[2 * length + 1 :].any()
    assert set(lengths) == {1, 2, 3, 4, 5}
    assert abs(data.train["x"][:, 0, :-1].mean() - 0.5) < 0.02


def test_the_papers_sequences_have_up_to_twenty_vectors_of_eight_bits() -> None:
    test = datasets.load("vector_copying").test
    assert test["x"].shape == (500, 41, 9) and test["y"].shape == (500, 41, 8)
    assert (test["weight"].sum(axis=1).min(), test["weight"].sum(axis=1).max()) == (1, 20)
