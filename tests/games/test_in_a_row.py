"""The rules of tic-tac-toe and Connect Four, against counts that others have published."""

import numpy as np
import pytest

from benchmarks.games.in_a_row import GAMES, InARow

#: Positions of Connect Four after so many pieces: https://oeis.org/A212693.
CONNECT_FOUR = [1, 7, 49, 238, 1120, 4263]


def positions(game: InARow, layers: int) -> list[int]:
    """How many different positions there are after 0, 1, ... pieces; games that are over go no further."""
    boards, counts = game.start(1), [1]
    for _ in range(layers):
        at, actions = np.nonzero(game.legal(boards))
        after, _, over = game.play(boards[at], actions)
        counts.append(len(np.unique(after, axis=0)))
        boards = np.unique(after[~over], axis=0)
    return counts


def test_tic_tac_toe_has_5478_positions_and_255168_games() -> None:
    game = GAMES["tic_tac_toe"]
    assert sum(positions(game, 9)) == 5478
    boards, ended = game.start(1), 0
    while len(boards):
        at, actions = np.nonzero(game.legal(boards))
        after, _, over = game.play(boards[at], actions)
        ended, boards = ended + int(over.sum()), after[~over]
    assert ended == 255_168


def test_connect_four_has_as_many_positions_as_published() -> None:
    assert positions(GAMES["connect_four"], 5) == CONNECT_FOUR


@pytest.mark.parametrize("id", GAMES)
def test_every_row_wins_for_the_player_who_completes_it_and_for_nobody_else(id: str) -> None:
    game = GAMES[id]
    for line in game.lines:
        flat = np.zeros(game.height * game.width, np.int8)
        flat[line] = 1
        last = int(line.min())  # the highest place of the row
        flat[last] = 0
        if game.falls:  # what lies below the last place has to be there
            below = np.arange(last + game.width, len(flat), game.width)
            flat[below[flat[below] == 0]] = 2  # nobody's
        board = flat.reshape(1, game.height, game.width)
        action = last % game.width if game.falls else last
        after, won, over = game.play(board, np.array([action]))
        assert won[0] and over[0]
        assert after[0].ravel()[last] == -1, "the other player sees it as the opponent's"
        assert not game.play(-board, np.array([action]))[1][0], "the other player only blocks it"


def test_a_full_board_without_a_row_is_a_draw() -> None:
    board = np.array([[[1, -1, 1], [1, -1, -1], [-1, 1, 0]]], np.int8)
    _, won, over = GAMES["tic_tac_toe"].play(board, np.array([8]))
    assert (won[0], over[0]) == (False, True)


@pytest.mark.parametrize(("id", "times"), [("tic_tac_toe", 8), ("connect_four", 2)])
def test_symmetries_are_the_same_position_turned_round(id: str, times: int) -> None:
    """A move that is legal, and wins, does so in every orientation."""
    game, random = GAMES[id], np.random.default_rng(0)
    boards, pieces = game.start(400), 2 * (game.line - 1)
    for _ in range(pieces):
        actions = np.where(game.legal(boards), random.random((400, game.actions)), -1.0).argmax(axis=1)
        boards, _, _ = game.play(boards, actions)
    chosen = np.where(game.legal(boards), random.random((400, game.actions)), -1.0).argmax(axis=1)
    move = np.eye(game.actions)[chosen]
    turned, moves = game.symmetries(boards, move)
    assert len(turned) == len(moves) == 400 * times
    assert (np.abs(turned).sum(axis=(1, 2)) == pieces).all()
    assert game.legal(turned)[np.arange(len(turned)), moves.argmax(axis=1)].all()
    won = game.play(boards, move.argmax(axis=1))[1]
    assert won.any() and not won.all()
    np.testing.assert_array_equal(game.play(turned, moves.argmax(axis=1))[1], np.tile(won, times))
