"""The teacher: it sees one move ahead, and no further."""

import numpy as np
import pytest

from benchmarks.games.in_a_row import GAMES
from benchmarks.games.match import at_random, points
from benchmarks.games.teacher import one_move_ahead, winning

GAME = GAMES["tic_tac_toe"]


@pytest.mark.parametrize("name", GAMES)
def test_a_move_wins_if_the_rules_say_so(name: str) -> None:
    game, random = GAMES[name], np.random.default_rng(0)
    boards, found = game.start(50), 0
    while len(boards):
        wins, legal = winning(game, boards), game.legal(boards)
        for board, of_board, allowed in zip(boards, wins, legal, strict=True):
            for action in range(game.actions):
                if not allowed[action]:
                    assert not of_board[action]
                    continue
                assert of_board[action] == game.play(board[None], np.array([action]))[1][0]
                found += of_board[action]
        boards, _, over = game.play(boards, at_random(game, random)(boards))
        boards = boards[~over]
    assert found > 20


def test_it_wins_before_it_defends_and_defends_before_it_plays_elsewhere() -> None:
    wins = [[1, 1, 0], [-1, -1, 0], [0, 0, 0]]
    defends = [[1, 0, 0], [-1, -1, 0], [0, 0, 1]]
    boards = np.array([wins, defends] * 20, np.int8)
    moves = one_move_ahead(GAME, np.random.default_rng(0))(boards)
    assert set(moves[::2]) == {2} and set(moves[1::2]) == {5}
    free = one_move_ahead(GAME, np.random.default_rng(0))(GAME.start(500))
    np.testing.assert_allclose(np.bincount(free, minlength=9) / 500, 1 / 9, atol=0.05)


def test_it_is_better_than_chance() -> None:
    random = np.random.default_rng(0)
    assert points(GAME, one_move_ahead(GAME, random), at_random(GAME, random), 400).mean() > 0.75
