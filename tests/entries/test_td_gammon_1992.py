"""What is particular to TD-Gammon: nets of the size that a board asks for."""

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.games.race import GAMES


def test_the_net_has_as_many_inputs_as_units_describe_a_board_of_backgammon():
    """198 inputs are 4 units for each of 24 points and either side, 2 for bars, 2 for checkers off, 2 for the
    turn."""
    entry = catalogue.load("td_gammon_1992")
    net = entry.build()
    assert net.input_shape == (None, 24 * 4 * 2 + 2 + 2 + 2) and net.output_shape == (None, 1)
    for layer in net.layers:
        assert layer.activation is keras.activations.sigmoid


def test_the_inputs_of_the_recipes_are_those_of_their_games():
    for recipe in catalogue.load("td_gammon_1992").recipes:
        seen = GAMES[recipe.dataset].seen(np.array([GAMES[recipe.dataset].start]), np.array([0]))
        assert seen.shape == (1, recipe.model["inputs"])
