"""Scores of players with rollouts whose strength is known."""

import dataclasses

import keras
import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.tasks import board_games_with_rollouts
from tests.tasks.test_board_games import ByTable


class Four(ByTable):
    """The imitating policy is the table, the reinforced one its opposite, and the fast one draws evenly."""

    def reinforced(self, boards, training=False):
        return -self.call(boards)[0]

    def rollout(self, boards, training=False):
        return keras.ops.zeros_like(self.call(boards)[0])


@pytest.fixture(scope="module")
def scores():
    data = datasets.load("tic_tac_toe")
    table = np.zeros((3**9, 9), "float32")
    numbers = (data.test["x"].reshape(-1, 9) + 1) @ 3 ** np.arange(9)
    table[numbers] = data.test["values"]
    model, driver = Four(table), driver_class(keras.backend.backend())()
    driver.bind([])
    few = dataclasses.replace(data, test={name: array[:100] for name, array in data.test.items()})
    return board_games_with_rollouts.evaluate(
        Predictor(model, driver), model, few, "test", simulations=60, games=40
    )


def test_policies_are_scored_without_search(scores):
    assert scores["mistakes_without_search"] == 0.0
    assert scores["mistakes_of_reinforced"] == 100.0


def test_a_value_net_that_knows_nothing_is_mended_by_games_played_out(scores):
    """From a prior that is right and values of 0, the search strays; rollouts keep it from losing moves."""
    assert scores["mistakes_by_rollouts"] < 25.0
    assert scores["points_against_random"] > 75.0
    assert 20.0 < scores["reinforced_points"] < 80.0, "away from the table both draw evenly"


def test_a_recipe_that_follows_a_gradient_is_told_what_is_missing():
    with pytest.raises(TypeError, match="give the entry one, or name a rule that plays"):
        board_games_with_rollouts.loss(None, {}, True)
