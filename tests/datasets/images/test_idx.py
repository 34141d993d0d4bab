"""The idx format."""

import pytest

from benchmarks.datasets.files import DataError
from benchmarks.datasets.images import idx


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\x00\x00\x08",
        b"\x00\x00\x0d\x01\x00\x00\x00\x02ab",
        b"\x00\x00\x08\x03\x00\x00",
        b"\x00\x00\x08\x01\x00\x00\x00\x03ab",
    ],
)
def test_malformed_idx_is_refused(header: bytes) -> None:
    with pytest.raises(DataError, match="labels"):
        idx.parse(header, "labels")


def test_idx_by_hand() -> None:
    assert idx.parse(b"\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03abcdef", "x").tolist() == [
        [97, 98, 99],
        [100, 101, 102],
    ]
