"""Self-play: what is remembered of a game, what the net learns from it, and when it becomes the player."""

import dataclasses

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.engine.backend import driver_class
from benchmarks.games.in_a_row import GAMES
from benchmarks.games.perfect_play import Solver
from benchmarks.rules.protocol import Context
from benchmarks.rules.self_play import Learner, drawn
from benchmarks.tasks import board_games

GAME = GAMES["tic_tac_toe"]
ENTRY = catalogue.load("alphago_zero_2017")
RECIPE = catalogue.recipe(ENTRY, "pocket", "tic_tac_toe")


def learner(**rule_options) -> Learner:
    stage = catalogue.stages(RECIPE)[0]
    options = {**stage.rule_options, "symmetries": False, "gate_games": 0, **rule_options}
    stage = dataclasses.replace(stage, rule_options=options)
    keras.utils.set_random_seed(0)
    model = ENTRY.build(**RECIPE.model)
    driver = driver_class(keras.backend.backend())()
    made = Learner(
        Context(model, board_games.loss, stage, datasets.load("tic_tac_toe"), driver, steps=1, seed=3)
    )
    driver.bind(made.variables)
    made.compile()
    return made


def test_a_game_is_remembered_from_the_first_move_to_the_last_with_its_outcome_seen_by_both():
    made = learner(games=1)
    outcomes = set()
    for seed in range(12):
        made.reset_host_state(seed)
        moves = int(made._self_play(np.random.default_rng(seed)))
        assert made.stored == moves
        boards, policy, outcome = (made.memory[name][:moves] for name in ("x", "policy", "outcome"))
        assert [int(np.abs(board).sum()) for board in boards] == list(range(moves))
        np.testing.assert_allclose(policy.sum(axis=1), 1.0, rtol=1e-6)
        assert not policy[~GAME.legal(boards.astype("int8"))].any()
        # The last position: its player completed a row, or filled the board.
        last = boards[-1:].astype("int8")
        can_win = any(
            GAME.play(last, np.array([action]))[1][0] for action in np.flatnonzero(GAME.legal(last)[0])
        )
        assert (outcome[-1] == 1.0 and can_win) or (outcome[-1] == 0.0 and moves == 9)
        np.testing.assert_array_equal(outcome, outcome[-1] * (-1.0) ** np.arange(moves)[::-1])
        outcomes.add(float(outcome[0]))
    assert len(outcomes) > 1


def test_the_oldest_positions_are_overwritten_and_orientations_are_remembered_too():
    made = learner(games=2, memory=40, symmetries=True)
    made._self_play(np.random.default_rng(0))
    assert made.stored > 40 and made.stored % 8 == 0
    empty = (made.memory["x"] == 0).all(axis=(1, 2))
    assert not empty.any(), "the first position of the games is gone"


def test_a_step_goes_down_the_loss_of_the_paper():
    """The loss worked out in NumPy from what the net says, in inference, where its statistics are fixed."""
    made = learner(games=4)
    made.model.trainable = True
    x = np.zeros((64, 3, 3), "int32")
    x[:, 0, 0] = np.arange(64) % 2
    policy = np.tile(np.eye(9, dtype="float32")[[4, 8]], (32, 1))
    outcome = np.where(np.arange(64) % 2, 1.0, -1.0).astype("float32")
    made.memory["x"][:64], made.memory["policy"][:64], made.memory["outcome"][:64] = x, policy, outcome
    order = np.tile(np.arange(64, dtype="int32"), (made.learning_steps, 1))
    first = made._learn(order, 1, made._on_device())["loss"]
    for _ in range(3):
        made._learn(order, made.learning_steps, made._on_device())
    last = made._learn(order, 1, made._on_device())["loss"]
    logits, value = (np.asarray(part) for part in made._play(x[: made.games]))
    assert last < first / 4
    assert logits[:2].argmax(axis=1).tolist() == [4, 8]
    assert value[0] < -0.5 and value[1] > 0.5


def test_a_net_takes_the_place_of_another_only_by_winning():
    """One judge knows perfect play, the other takes the worst move for the best."""
    made, solver = learner(games=16, gate_games=16), Solver(GAME)

    def judge(sign: int):
        def said(boards: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            values = np.array([solver.move_values(board) for board in boards.astype("int8")])
            return 8.0 * sign * values, 0.9 * sign * values.max(axis=1)

        return said

    random = np.random.default_rng(0)
    made._play, made._challenge = judge(-1), judge(1)
    assert made._challenger_wins(random)
    made._play, made._challenge = judge(1), judge(-1)
    assert not made._challenger_wins(random)
    made._challenge = judge(1)
    assert not made._challenger_wins(random), "perfect play against itself is a draw"


def test_the_place_is_taken_with_all_weights():
    made = learner(games=16, gate_games=16)
    made._renew()
    made.driver.sync()
    for mine, theirs in zip(made.model.variables, made.learning.variables, strict=True):
        np.testing.assert_array_equal(np.asarray(mine.value), np.asarray(theirs.value))
    with pytest.raises(ValueError, match="gate_games 17 exceeds games 16"):
        learner(games=16, gate_games=17)


def test_moves_are_drawn_as_often_as_they_were_tried():
    tried = np.tile([0, 3, 0, 1], (20_000, 1))
    found = np.bincount(drawn(np.random.default_rng(0), tried), minlength=4) / 20_000
    np.testing.assert_allclose(found, [0.0, 0.75, 0.0, 0.25], atol=0.01)
