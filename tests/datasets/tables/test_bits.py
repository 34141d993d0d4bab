"""All rows of some bits, in counting order."""

import itertools

import pytest

from benchmarks.datasets.tables.bits import bits


@pytest.mark.parametrize("n", [1, 2, 5])
def test_rows_count_up_with_the_first_bit_as_the_highest(n: int) -> None:
    assert [tuple(map(int, row)) for row in bits(n)] == list(itertools.product((0, 1), repeat=n))
