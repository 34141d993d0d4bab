"""Matches: who begins, and what a perfect player gains against chance."""

import numpy as np

from benchmarks.games.in_a_row import GAMES
from benchmarks.games.match import at_random, points
from benchmarks.games.perfect_play import Solver

GAME = GAMES["tic_tac_toe"]


def test_perfect_play_never_loses_to_chance_and_begins_every_second_game() -> None:
    solver, random, asked = Solver(GAME), np.random.default_rng(0), []

    def perfect(boards: np.ndarray) -> np.ndarray:
        asked.append((boards != 0).sum(axis=(1, 2)))
        return np.array([solver.move_values(board).argmax() for board in boards])

    gained = points(GAME, perfect, at_random(GAME, random), 40)
    assert gained.min() >= 0.5 and gained.mean() > 0.85
    assert (asked[0] == 0).all() and len(asked[0]) == 20 and (asked[1] == 1).all()
