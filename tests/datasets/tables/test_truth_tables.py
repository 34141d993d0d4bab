"""Truth tables, against the functions that they tabulate."""

import itertools

import pytest

from tests.datasets.conventions import splits


@pytest.mark.parametrize(
    "id, bits, function",
    [
        ("and_2", 2, lambda row: row == (1, 1)),
        ("or_2", 2, lambda row: 1 in row),
        ("xor", 2, lambda row: row[0] != row[1]),
        ("parity_4", 4, lambda row: row.count(1) in (1, 3)),
    ],
)
def test_tables_hold_the_whole_function(id: str, bits: int, function) -> None:
    for split in splits(id):
        rows = [tuple(map(int, row)) for row in split["x"]]
        assert rows == list(itertools.product((0, 1), repeat=bits))
        assert split["y"].tolist() == [int(function(row)) for row in rows]
