"""Games between two players, side by side."""

from collections.abc import Callable

import numpy as np

from benchmarks.games.in_a_row import InARow

#: Boards [n, h, w] of unfinished games to legal moves, int [n].
Player = Callable[[np.ndarray], np.ndarray]


def points(game: InARow, first: Player, second: Player, games: int) -> np.ndarray:
    """The points of the first player in each of `games` games: 1, 0.5 or 0.

    It begins every second one. A player is asked once a round, about all games in which it is to move.
    """
    boards, running = game.start(games), np.arange(games)
    first_moves = running % 2 == 0
    result = np.full(games, 0.5)
    while len(running):
        moves = np.zeros(len(running), np.int64)
        for player, side in ((first, first_moves[running]), (second, ~first_moves[running])):
            if side.any():
                moves[side] = player(boards[side])
        boards, won, over = game.play(boards, moves)
        result[running[won]] = first_moves[running[won]]
        first_moves = ~first_moves
        boards, running = boards[~over], running[~over]
    return result


def at_random(game: InARow, random: np.random.Generator) -> Player:
    """A player who draws every move from the legal ones."""

    def player(boards: np.ndarray) -> np.ndarray:
        chances = random.random((len(boards), game.actions))
        return np.asarray(np.where(game.legal(boards), chances, -1.0).argmax(axis=1))

    return player
