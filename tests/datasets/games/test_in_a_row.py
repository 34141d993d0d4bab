"""Positions of tic-tac-toe and Connect Four: what they hold, and that a move can go wrong in each."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.games.in_a_row import CARDS, all_positions
from benchmarks.games.in_a_row import GAMES
from benchmarks.games.perfect_play import ILLEGAL
from tests.datasets.conventions import check_conventions


@pytest.mark.parametrize("id", CARDS)
def test_positions_are_open_and_some_move_is_a_mistake(id: str) -> None:
    data, game = datasets.load(id), GAMES[id]
    check_conventions(id, data)
    boards = np.concatenate([data.validation["x"], data.test["x"]]).astype("int8")
    values = np.concatenate([data.validation["values"], data.test["values"]])
    assert len(np.unique(boards, axis=0)) == len(boards), "no position twice"
    np.testing.assert_array_equal(values != ILLEGAL, game.legal(boards))
    worst = np.where(values == ILLEGAL, 1, values).min(axis=1)
    assert (values.max(axis=1) > worst).all()
    pieces = boards.sum(axis=(1, 2))
    assert set(np.unique(pieces)) <= {0, -1}, "as many pieces each, or one more of who has just moved"
    # A move that completes a row is worth 1.
    for action in range(game.actions):
        allowed = np.flatnonzero(values[:, action] != ILLEGAL)
        won = game.play(boards[allowed], np.full(len(allowed), action))[1]
        assert (values[allowed[won], action] == 1).all()


def test_tic_tac_toe_has_4520_open_positions() -> None:
    assert len(all_positions(GAMES["tic_tac_toe"])) == 4520


def test_connect_four_positions_have_32_pieces() -> None:
    assert (np.abs(datasets.load("connect_four").test["x"]).sum(axis=(1, 2)) == 32).all()
