"""Games played out, against all that can follow."""

from functools import cache

import numpy as np
import pytest

from benchmarks.games.in_a_row import GAMES
from benchmarks.games.rollouts import decided, drawn, played_out

GAME = GAMES["tic_tac_toe"]
LOGITS = np.linspace(-1, 1, 9)


def weighted(boards: np.ndarray) -> np.ndarray:
    """Later places are liked better, whatever the board."""
    return np.tile(LOGITS, (len(boards), 1))


@cache
def expected(board: bytes) -> float:
    """What a board brings on average if both draw by `weighted`: over all games that can follow."""
    boards = np.frombuffer(board, np.int8).reshape(1, 3, 3)
    actions = np.flatnonzero(GAME.legal(boards)[0])
    chances = np.exp(LOGITS[actions]) / np.exp(LOGITS[actions]).sum()
    total = 0.0
    for action, chance in zip(actions, chances, strict=True):
        after, won, over = GAME.play(boards, np.array([action]))
        total += chance * (1.0 if won[0] else 0.0 if over[0] else -expected(after[0].tobytes()))
    return total


@pytest.mark.parametrize("moves", [(), (4,), (0, 4, 8), (0, 1, 3, 2)])
def test_the_mean_of_many_games_is_what_a_position_brings(moves: tuple[int, ...]) -> None:
    board = GAME.start(1)
    for move in moves:
        board, _, over = GAME.play(board, np.array([move]))
        assert not over[0]
    found = played_out(GAME, np.repeat(board, 20_000, axis=0), weighted, np.random.default_rng(0))
    assert set(found) <= {-1.0, 0.0, 1.0}
    assert found.mean() == pytest.approx(expected(board[0].tobytes()), abs=0.03)


def test_a_game_that_is_over_brings_nothing_and_draws_nothing() -> None:
    lost = [[-1, -1, -1], [1, 1, 0], [0, 0, 0]]
    full = [[1, -1, 1], [1, -1, -1], [-1, 1, 1]]
    going = [[1, 1, 0], [-1, -1, 0], [0, 0, 0]]
    boards = np.array([lost, full, going], np.int8)
    assert decided(GAME, boards).tolist() == [True, True, False]
    found = played_out(GAME, boards, lambda boards: np.eye(9)[[2]] * 99, np.random.default_rng(0))
    assert found.tolist() == [0.0, 0.0, 1.0]


def test_moves_are_drawn_by_the_softmax_of_what_is_legal() -> None:
    logits = np.tile(np.log([1.0, 2.0, 5.0, 1.0]), (20_000, 1))
    legal = np.tile([True, True, False, True], (20_000, 1))
    found = np.bincount(drawn(np.random.default_rng(0), logits, legal), minlength=4) / 20_000
    np.testing.assert_allclose(found, [0.25, 0.5, 0.0, 0.25], atol=0.02)
