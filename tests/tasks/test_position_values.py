"""Chances to win: who knows the exact ones makes no mistake, and a net that knows nothing does."""

import keras
import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.games.race import GAMES
from benchmarks.tasks import position_values as task

DATA, GAME = datasets.load("small_race"), GAMES["small_race"]


def exact() -> np.ndarray:
    """The chances that White wins with White, and with Black, to move."""
    return np.stack([GAME.values, 1.0 - GAME.values])


def test_exact_estimates_cost_nothing_and_win_as_often_as_perfect_play():
    chosen = task.choices(GAME, exact())
    for moves in chosen:
        assert task.lost(GAME, GAME.reachable, moves[GAME.reachable]).max() < 1e-9
        assert GAME.wins(GAME.certain(moves), GAME.perfect) == pytest.approx(
            GAME.wins(GAME.perfect, GAME.perfect), abs=1e-5
        )


def test_the_opposite_estimates_choose_the_worst_move_unless_one_wins_at_once():
    chosen = task.choices(GAME, 1.0 - exact())
    after = GAME.moves[0]
    values = 1.0 - GAME.values[after]
    ends = GAME.over(after).any(axis=2)
    worst = values.min(axis=2)
    for moves in chosen:
        got = np.take_along_axis(values, moves[:, :, None], axis=2)[:, :, 0]
        states = GAME.reachable
        np.testing.assert_allclose(got[states], np.where(ends, 1.0, worst)[states], atol=1e-9)


def test_measures_of_a_net_that_always_says_a_half():
    net = keras.Sequential([keras.Input((42,)), keras.layers.Dense(1, activation="sigmoid")])
    net.set_weights([np.zeros((42, 1)), np.zeros(1)])
    driver = driver_class(keras.backend.backend())()
    driver.bind(net.variables)
    found = task.evaluate(Predictor(net, driver), net, DATA, "test")
    assert found["value_error"] == pytest.approx(
        100 * np.sqrt(np.mean((DATA.test["y"] - 0.5) ** 2)), abs=1e-4
    )
    # It takes the first move, unless another wins at once.
    states = DATA.test["state"]
    after = GAME.moves[0][states]
    first = GAME.over(after).argmax(axis=2)
    cost = task.lost(GAME, states, first)
    assert found["chance_lost"] == pytest.approx(100 * cost.mean()) and cost.max() > 0.1
    assert found["mistakes"] == pytest.approx(100 * (cost > 1e-9).mean())
    assert found["wins_against_perfect"] < 45 and found["wins_against_random"] > found["wins_against_perfect"]
    loss = task.loss(net, {"x": DATA.test["x"], "y": DATA.test["y"]}, False)
    assert float(loss) == pytest.approx((found["value_error"] / 100) ** 2, rel=1e-4)
