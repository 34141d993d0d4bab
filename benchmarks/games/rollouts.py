"""Games played out to their end by a fast policy, as an estimate of what a position is worth."""

from collections.abc import Callable

import numpy as np

from benchmarks.games.in_a_row import InARow
from benchmarks.games.tree_search import policy

#: Boards [n, height, width] -> logits of the actions [n, actions].
Policy = Callable[[np.ndarray], np.ndarray]


def drawn(random: np.random.Generator, logits: np.ndarray, legal: np.ndarray) -> np.ndarray:
    """Legal actions drawn from the softmax of logits [n, actions]: int [n]."""
    reached = np.cumsum(policy(logits, legal), axis=1)
    return np.asarray((reached <= random.random((len(logits), 1)) * reached[:, -1:]).sum(axis=1))


def decided(game: InARow, boards: np.ndarray) -> np.ndarray:
    """Whether a game has ended, by a row or because no place is left: bool [n]."""
    flat = boards.reshape(len(boards), -1)
    rows = flat[:, game.lines]
    return np.asarray(
        (rows == 1).all(axis=2).any(axis=1) | (rows == -1).all(axis=2).any(axis=1) | (flat != 0).all(axis=1)
    )


def played_out(game: InARow, boards: np.ndarray, fast: Policy, random: np.random.Generator) -> np.ndarray:
    """What one game from each board brings to the player to move, if both draw their moves from a policy.

    1 won, 0 drawn, -1 lost: float [n]; 0 where the game is over already.
    """
    result = np.zeros(len(boards))
    running = np.flatnonzero(~decided(game, boards))
    boards, sign = boards[running], 1.0
    while len(running):
        moves = drawn(random, fast(boards), game.legal(boards))
        boards, won, over = game.play(boards, moves)
        result[running[won]] = sign
        boards, running, sign = boards[~over], running[~over], -sign
    return result
