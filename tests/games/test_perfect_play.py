"""Perfect play, against a search that is written another way and forgets nothing."""

import functools

import numpy as np
import pytest

from benchmarks.games.in_a_row import GAMES, InARow
from benchmarks.games.perfect_play import ILLEGAL, Solver

#: Small enough for a search without bounds, and with falling pieces.
SMALL = InARow(height=3, width=4, line=3, falls=True)


def plain_values(game: InARow, board: np.ndarray) -> list[int]:
    """The values of all moves by minimax over the whole tree, in the words of the definition."""

    @functools.cache
    def value(text: bytes) -> int:
        now = np.frombuffer(text, np.int8).reshape(1, game.height, game.width)
        return max(
            after(now, int(action)) for action in range(game.actions) if game.legal(now)[0, int(action)]
        )

    def after(now: np.ndarray, action: int) -> int:
        then, won, over = game.play(now, np.array([action]))
        return 1 if won[0] else 0 if over[0] else -value(then.tobytes())

    legal = game.legal(board[None])[0]
    return [after(board[None], a) if legal[a] else ILLEGAL for a in range(game.actions)]


@pytest.mark.parametrize("game", [GAMES["tic_tac_toe"], SMALL], ids=["tic_tac_toe", "small"])
def test_moves_are_worth_what_minimax_says(game: InARow) -> None:
    solver, random = Solver(game), np.random.default_rng(1)
    boards: list[np.ndarray] = []
    while len(boards) < 20:
        board = game.start(1)
        for _ in range(int(random.integers(4, 8))):
            actions = np.flatnonzero(game.legal(board)[0])
            board, _, over = game.play(board, random.choice(actions, 1))
            if over[0]:
                break
        else:
            boards.append(board[0])
    found = [solver.move_values(board).tolist() for board in boards]
    assert found == [plain_values(game, board) for board in boards]
    assert {value for values in found for value in values} >= {1, -1, ILLEGAL}


def test_tic_tac_toe_is_a_draw_from_every_first_move() -> None:
    game = GAMES["tic_tac_toe"]
    assert (Solver(game).move_values(game.start(1)[0]) == 0).all()
