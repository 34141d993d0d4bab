"""Reinforcement against earlier selves: the gradient worked out by hand, the pool, and what is learned."""

import dataclasses

import keras
import numpy as np

from benchmarks import catalogue, datasets
from benchmarks.engine.backend import driver_class
from benchmarks.games.in_a_row import GAMES
from benchmarks.rules.policy_self_play import Learner
from benchmarks.rules.protocol import Context
from benchmarks.tasks import board_games_with_rollouts

GAME = GAMES["tic_tac_toe"]
ENTRY = catalogue.load("alphago_2016")
RECIPE = catalogue.recipe(ENTRY, "pocket", "tic_tac_toe")


class ByPlace(keras.Model):
    """One policy, whose logits are nine weights, whatever the board; places that are taken have -1e4."""

    def __init__(self):
        super().__init__()
        self.scores = self.add_weight(shape=(9,), initializer="zeros", name="scores")
        self.built = True

    def get_config(self):
        return {}

    def call(self, boards, training=False):
        flat = keras.ops.reshape(boards, (-1, 9))
        return keras.ops.where(flat == 0, self.scores[None], -1e4)


def learner(games=16, **rule_options):
    stage = next(stage for stage in RECIPE.stages if stage.rule == "policy_self_play")
    stage = dataclasses.replace(
        stage,
        batch_size=games,
        rule_options={**stage.rule_options, **rule_options},
        optimizer={"name": "SGD", "learning_rate": 1.0},
    )
    model, driver = ByPlace(), driver_class(keras.backend.backend())()
    loss = board_games_with_rollouts.loss
    made = Learner(Context(model, loss, stage, datasets.load("tic_tac_toe"), driver, steps=1, seed=3))
    made.start()
    driver.bind(made.variables)
    made.compile()
    return made


def weights(made):
    return np.array(made.driver.read()[0])


def test_a_step_is_the_outcome_times_the_gradient_of_what_was_drawn():
    made = learner()
    batch = made.play(np.random.default_rng(1))
    made._program(made._order, 1, {name: made.driver.put(array) for name, array in batch.items()})
    expected = np.zeros(9)
    for game in range(16):
        for turn in np.flatnonzero(batch["played"][game]):
            legal = batch["x"][game, turn].ravel() == 0
            softmax = legal / legal.sum()  # all weights are 0
            taken = np.eye(9)[batch["action"][game, turn]]
            expected += batch["outcome"][game] * (taken - softmax) / 16
    np.testing.assert_allclose(weights(made), expected, rtol=1e-4, atol=1e-5)


def test_a_batch_holds_the_moves_of_one_side_and_how_the_game_ended():
    made = learner(games=40)
    batch = made.play(np.random.default_rng(0))
    assert set(batch["outcome"]) == {-1.0, 0.0, 1.0}
    for game in range(40):
        turns = int(batch["played"][game].sum())
        pieces = np.abs(batch["x"][game, :turns]).sum(axis=(1, 2))
        np.testing.assert_array_equal(pieces, game % 2 + 2 * np.arange(turns))
        last, action = batch["x"][game, turns - 1].astype("int8"), batch["action"][game, turns - 1]
        won = GAME.play(last[None], np.array([action]))[1][0]
        assert won == (batch["outcome"][game] == 1.0)


def test_it_learns_to_win_against_its_pool():
    made = learner(games=64, iterations=30, pool_every=10, pool=3)
    _, games, early = made.leg(0, 1)
    assert games == 30 * 64 and made.pooled == 1 + 3
    # The middle is worth most: who draws places at random wins more if it takes that first.
    assert weights(made).argmax() == 4
    np.testing.assert_array_equal(made.pool[0][0], weights(made))  # the third to join took the first's place
    assert early["points"] > 52.0


def test_a_killed_stage_goes_on_from_its_pool():
    whole, other = learner(iterations=4, pool_every=2, pool=3), learner(iterations=4, pool_every=2, pool=3)
    whole.leg(0, 2)
    other.leg(0, 1)
    state, host = other.driver.read(), other.host_state()
    other.reset_host_state(3)
    other.driver.write(state)
    other.set_host_state(host)
    other.leg(1, 2)
    np.testing.assert_array_equal(weights(whole), weights(other))
