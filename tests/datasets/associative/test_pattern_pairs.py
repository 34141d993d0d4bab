"""Pairs of patterns: how many cells are on, and when they fire."""

import numpy as np
import pytest

from benchmarks import datasets


@pytest.mark.parametrize("pairs", [20, 80])
def test_sparse_pairs_have_as_many_active_cells_as_they_say(pairs: int) -> None:
    train = datasets.load(f"pairs_200_{pairs}").train
    assert train["x"].sum(axis=1).tolist() == [20] * pairs
    assert train["y"].sum(axis=1).tolist() == [10] * pairs


def test_dense_pairs_are_fair_coins() -> None:
    train = datasets.load("pairs_dense_200_40").train
    for bits in (train["x"], train["y"]):
        assert abs(bits.mean() - 0.5) < 4 * 0.5 / np.sqrt(bits.size)


def test_spikes_come_before_and_those_of_the_next_pair_after() -> None:
    data = datasets.load("spike_pairs_200_20")
    once = data.test["x"]
    first = once > 0
    assert first.sum(axis=1).tolist() == [20] * 20
    np.testing.assert_array_equal(once < 0, np.roll(first, -1, axis=0) & ~first)
    np.testing.assert_array_equal(data.train["x"] > 0, np.tile(first, (10, 1)))
    assert set(np.unique(np.abs(data.train["x"]))) == set(range(21))
    assert not np.array_equal(data.train["x"][:20], once), "each presentation has its own moments"
