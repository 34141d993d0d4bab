"""A player to learn from: it sees one move ahead, and no further."""

import numpy as np

from benchmarks.games.in_a_row import InARow
from benchmarks.games.match import Player


def winning(game: InARow, boards: np.ndarray) -> np.ndarray:
    """Which actions are legal and win at once: bool [n, actions], for boards on which nobody has won.

    For `-boards` they are the places that the other player needs.
    """
    flat = boards.reshape(len(boards), -1)
    rows = flat[:, game.lines]
    lacks_one = ((rows == 1).sum(axis=2) == game.line - 1) & (rows == 0).any(axis=2)
    at, row = np.nonzero(lacks_one)
    needed = np.zeros(flat.shape, bool)
    needed[at, game.lines[row, (rows[at, row] == 0).argmax(axis=1)]] = True
    if not game.falls:
        return needed
    lowest = np.maximum((boards == 0).sum(axis=1) - 1, 0)
    places = lowest * game.width + np.arange(game.width)
    return game.legal(boards) & np.take_along_axis(needed, places, axis=1)


def one_move_ahead(game: InARow, random: np.random.Generator) -> Player:
    """A player who wins if a move does it, else takes the place with which the other would win, and else
    draws one of the legal moves. It neither makes two threats at once nor foresees them."""

    def player(boards: np.ndarray) -> np.ndarray:
        chances = random.random((len(boards), game.actions))
        order = 4 * winning(game, boards) + 2 * winning(game, -boards) + chances
        return np.asarray(np.where(game.legal(boards), order, -1.0).argmax(axis=1))

    return player
