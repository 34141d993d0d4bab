"""The teacher's games: each is one that the rules allow, and each move one that the teacher makes."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.games.in_a_row import GAMES
from benchmarks.games.teacher import winning


@pytest.mark.parametrize(("id", "games"), [("tic_tac_toe_teacher", 1000), ("connect_four_teacher", 2000)])
def test_positions_follow_from_each_other_and_the_teacher_never_misses_a_win(id: str, games: int) -> None:
    data = datasets.load(id)
    game, begun = GAMES[data.info["game"]], []
    for split in (data.train, data.validation, data.test):
        x, y = split["x"].astype("int8"), split["y"]
        assert game.legal(x)[np.arange(len(y)), y].all()
        first = ~x.any(axis=(1, 2))
        after, _, over = game.play(x, y)
        # Unless a game ended, the next position is the one that the move left.
        follows = (after[:-1] == x[1:]).all(axis=(1, 2))
        np.testing.assert_array_equal(first[1:], over[:-1])
        assert (follows | first[1:]).all() and over[-1]
        for needed in (winning(game, x), winning(game, -x) & ~winning(game, x).any(axis=1, keepdims=True)):
            must = needed.any(axis=1)
            assert must.sum() > 30 and needed[must, y[must]].all()
        begun.append(int(first.sum()))
    assert begun == [games * 8 // 10, games // 10, games // 10]
