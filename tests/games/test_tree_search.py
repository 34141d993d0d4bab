"""The tree search led by a net: what it counts, and that it finds what perfect play finds."""

import numpy as np

from benchmarks.games.in_a_row import GAMES
from benchmarks.games.perfect_play import Solver
from benchmarks.games.tree_search import of_one_size, policy, search

GAME = GAMES["tic_tac_toe"]


def knows_nothing(boards: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every move is as good as any other, and every position is even."""
    return np.zeros((len(boards), GAME.actions)), np.zeros(len(boards))


def test_the_first_steps_are_those_of_the_formula() -> None:
    """By hand, from an empty board: priors 0.5, 0.3 and 0.2 of three moves, all new positions worth 0.4 to
    their own player, so -0.4 to the one before, and exploration 1.

    1: all bonuses are zero, the largest prior is tried: N = (1, 0, 0), Q = (-0.4, 0, 0).
    2: -0.4 + 0.5 / 2 = -0.15; 0.3; 0.2: the second. 3: with the root of 2: -0.4 + 0.354 = -0.046;
    -0.4 + 0.212 = -0.188; 0.283: the third.
    """
    prior = np.full(9, 1e-12)
    prior[:3] = 0.5, 0.3, 0.2

    def judge(boards: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.tile(np.log(prior), (len(boards), 1)), np.full(len(boards), 0.4)

    counts = [
        search(GAME, GAME.start(1), judge, simulations, 1.0)[0, :3].tolist() for simulations in (1, 2, 3)
    ]
    assert counts == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


def test_every_simulation_counts_once_and_illegal_moves_are_never_tried() -> None:
    boards = np.array([[[1, -1, 0], [0, 0, 0], [0, 0, 0]], [[1, 1, -1], [-1, -1, 1], [1, -1, 0]]], np.int8)
    tried = search(GAME, boards, knows_nothing, 50, 1.25)
    np.testing.assert_array_equal(tried.sum(axis=1), [50, 50])
    assert not tried[boards.reshape(2, 9) != 0].any()
    np.testing.assert_array_equal(tried[1], [0] * 8 + [50])


def test_with_enough_simulations_the_most_tried_move_is_no_mistake() -> None:
    """Without a net the search itself converges to minimax: from sharp positions, to the only good move."""
    solver, boards = Solver(GAME), []
    frontier = GAME.start(1)
    for _ in range(4):
        at, actions = np.nonzero(GAME.legal(frontier))
        after, _, over = GAME.play(frontier[at], actions)
        frontier = np.unique(after[~over], axis=0)
    values = np.array([solver.move_values(board) for board in frontier])
    sharp = (values == values.max(axis=1, keepdims=True)).sum(axis=1) == 1
    boards, values = frontier[sharp][:100], values[sharp][:100]
    assert len(boards) == 100
    chosen = search(GAME, boards, knows_nothing, 400, 1.25).argmax(axis=1)
    right = values[np.arange(len(values)), chosen] == values.max(axis=1)
    assert right.mean() > 0.95


def test_games_searched_together_do_not_touch_each_other() -> None:
    boards = np.array([[[1, -1, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 0], [0, 0, -1]]], np.int8)
    together = search(GAME, boards, of_one_size(knows_nothing, 5), 60, 1.25)
    alone = [search(GAME, boards[i : i + 1], knows_nothing, 60, 1.25)[0] for i in range(2)]
    np.testing.assert_array_equal(together, alone)


def test_the_policy_is_a_softmax_over_what_is_legal() -> None:
    found = policy(np.log([[1.0, 2.0, 5.0]]), np.array([[True, True, False]]))
    np.testing.assert_allclose(found, [[1 / 3, 2 / 3, 0.0]])


def test_noise_is_mixed_into_the_priors_of_legal_moves() -> None:
    """All noise on one move, and a share of 1: only that move is tried while bonuses rule."""
    noise = np.zeros((1, 9))
    noise[0, [4, 0]] = 0.5, 0.5
    board = np.array([[[1, 0, 0], [0, 0, 0], [0, 0, -1]]], np.int8)
    tried = search(GAME, board, knows_nothing, 2, 100.0, noise, noise_share=1.0)[0]
    assert tried[4] == 2
