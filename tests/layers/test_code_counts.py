"""Counting codes, against a count by hand."""

import numpy as np

from benchmarks.layers.code_counts import code_counts


def test_known_codes_are_counted_in_each_row_and_others_left_out() -> None:
    rows, codes = np.array([0, 0, 2, 2, 2, 2]), np.array([7, 5, 7, 7, 9, 1])
    counts = code_counts(rows, codes, np.array([1, 5, 7]), 3)
    np.testing.assert_array_equal(counts.toarray(), [[0, 1, 1], [0, 0, 0], [1, 0, 2]])


def test_nothing_is_known_before_learning() -> None:
    assert code_counts(np.array([0]), np.array([3]), np.zeros(0, "int64"), 2).shape == (2, 0)
