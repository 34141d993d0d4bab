"""Pairs of token sequences as arrays, by hand."""

from benchmarks.datasets.translation.tokens import SPECIAL, encode

VOCABULARY = (*SPECIAL, "a", "b")


def test_rows_are_padded_cut_and_marked() -> None:
    rows = [["a", "b"], ["b", "a", "b", "a"], ["c"], []]
    assert encode(rows, VOCABULARY, 3, marks=False).tolist() == [[4, 5, 0], [5, 4, 5], [3, 0, 0], [0, 0, 0]]
    assert encode(rows, VOCABULARY, 4, marks=True).tolist() == [
        [1, 4, 5, 2],
        [1, 5, 4, 2],
        [1, 3, 2, 0],
        [1, 2, 0, 0],
    ]
