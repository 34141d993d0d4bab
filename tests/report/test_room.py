"""The room of a page is shared evenly."""

from report.room import shared


def test_every_list_gets_its_turn() -> None:
    assert shared([[1] * 9, [1], [1] * 9], 7) == [3, 1, 3]
    assert shared([[1] * 2, [1] * 3], 100) == [2, 3]


def test_nothing_larger_than_the_room_is_taken() -> None:
    assert shared([[5, 1], [1, 1, 1]], 4) == [0, 3]
    assert shared([[1, 5, 1]], 3) == [1], "what follows an item that does not fit is not taken either"
    assert shared([], 5) == []
