"""Positions for the value net: one of each game, after a random move, with how that game ended."""

import dataclasses

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.engine.backend import driver_class
from benchmarks.rules.protocol import Context
from benchmarks.rules.value_self_play import Learner
from benchmarks.tasks import board_games_with_rollouts

ENTRY = catalogue.load("alphago_2016")
RECIPE = catalogue.recipe(ENTRY, "pocket", "tic_tac_toe")


def learner(games=64, model=None, **rule_options):
    stage = next(stage for stage in RECIPE.stages if stage.rule == "value_self_play")
    stage = dataclasses.replace(stage, rule_options={**stage.rule_options, "games": games, **rule_options})
    keras.utils.set_random_seed(0)
    model = model or ENTRY.build(**{**RECIPE.model, "filters": 4, "hidden": 8})
    driver, loss = driver_class(keras.backend.backend())(), board_games_with_rollouts.loss
    made = Learner(Context(model, loss, stage, datasets.load("tic_tac_toe"), driver, 1, 3))
    driver.bind(made.variables)
    made.compile()
    return made


def in_order(boards):
    """The first free place is taken."""
    logits = np.where(boards.reshape(len(boards), 9) == 0, -9.0 * np.arange(9), -1e4)
    return logits, np.zeros(len(boards))


def from_the_end(boards):
    """The last free place is taken."""
    logits = np.where(boards.reshape(len(boards), 9) == 0, 9.0 * np.arange(9), -1e4)
    return logits, np.zeros(len(boards))


def test_first_one_policy_plays_then_chance_then_the_other_and_the_outcome_is_that_of_who_is_to_move():
    made = learner(games=200)
    made._first, made._then = in_order, from_the_end
    boards, outcome = made.play(np.random.default_rng(0))
    assert 100 < len(boards) < 200, "one position of each game that lasts long enough"
    for board, brought in zip(boards, outcome, strict=True):
        pieces = int(np.abs(board).sum())
        # All but one piece lie on the first places; where that one fell, is chance.
        assert np.abs(board.ravel()[: pieces - 1]).sum() >= pieces - 2
        # Played to the end by hand: the last free place each time.
        flat, sign, found = board.ravel().astype(int), 1, 0
        while found == 0 and (flat == 0).any():
            flat[np.flatnonzero(flat == 0)[-1]] = sign
            grid = flat.reshape(3, 3)
            lines = [*grid, *grid.T, grid.diagonal(), grid[::-1].diagonal()]
            found = sign if any((line == sign).all() for line in lines) else 0
            sign = -sign
        assert brought == found
    assert {-1.0, 0.0, 1.0} >= set(outcome) and len(set(outcome)) > 1


def test_the_net_learns_the_outcomes_that_are_remembered():
    made = learner(games=64, memory=64, learning_steps=100)
    made._first, made._then = in_order, from_the_end
    losses = [made.leg(epoch, epoch + 1)[2]["loss"] for epoch in range(5)]
    assert losses[-1] < losses[0] / 2
    assert made.stored > 64, "the oldest were overwritten"


def test_a_model_without_two_policies_is_refused():
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    with pytest.raises(
        TypeError, match="needs a model with two policies and a value, and Sequential has none"
    ):
        learner(model=net)
