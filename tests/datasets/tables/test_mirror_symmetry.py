"""Mirror symmetry, against Python's own reversal."""

from tests.datasets.conventions import splits


def test_symmetric_rows_read_the_same_backwards() -> None:
    for split in splits("symmetry_6"):
        rows = [tuple(map(int, row)) for row in split["x"]]
        assert len(set(rows)) == 64
        assert split["y"].tolist() == [int(row == row[::-1]) for row in rows]
        assert split["y"].sum() == 8
