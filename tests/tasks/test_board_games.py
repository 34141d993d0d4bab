"""Board games: scores of players whose strength is known."""

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks import datasets
from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.tasks import board_games


class ByTable(keras.layers.Layer):
    """Logits that a table names for boards of tic-tac-toe, by their number in base 3; every value is 0."""

    def __init__(self, table: np.ndarray) -> None:
        super().__init__()
        self.table = ops.convert_to_tensor(table)

    def call(self, x, training=False):
        digits = ops.reshape(x, (-1, 9)) + 1
        number = ops.sum(digits * ops.convert_to_tensor(3 ** np.arange(9), "int32"), axis=1)
        return ops.take(self.table, number, axis=0), ops.zeros((ops.shape(x)[0], 1))


def scores(better: bool, **options):
    data = datasets.load("tic_tac_toe")
    table = np.zeros((3**9, 9), "float32")
    for split in (data.validation, data.test):
        numbers = (split["x"].reshape(-1, 9) + 1) @ 3 ** np.arange(9)
        # Illegal moves are worth -2 in the data: here they are liked best, and must be passed over.
        table[numbers] = np.where(split["values"] == -2, 9.0, split["values"] if better else -split["values"])
    model = ByTable(table)
    driver = driver_class(keras.backend.backend())()
    driver.bind([])
    return board_games.evaluate(Predictor(model, driver), model, data, "test", **options)


def test_who_likes_the_best_moves_makes_no_mistake_and_who_likes_the_worst_only_mistakes():
    few = {"simulations": 1, "games": 10}
    assert scores(True, **few)["mistakes_without_search"] == 0.0
    assert scores(False, **few)["mistakes_without_search"] == 100.0


def test_search_mends_what_the_net_alone_does_wrong():
    found = scores(False, simulations=100, games=10)
    assert found["mistakes"] < 50.0
    assert found["points_against_random"] > 60.0


def test_a_recipe_that_follows_a_gradient_is_told_what_board_games_need():
    with pytest.raises(TypeError, match="self_play"):
        board_games.loss(None, {}, True)
