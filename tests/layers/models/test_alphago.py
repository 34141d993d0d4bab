"""The nets of AlphaGo: scores of places, and what begins as a copy of what."""

import keras
import numpy as np
from keras import ops

from benchmarks.layers.models.alphago import AlphaGo, Places


def test_a_place_is_scored_with_its_bias_if_it_is_empty():
    layer = Places(falls=False, biased=True)
    scores = np.arange(9, dtype="float32").reshape(1, 3, 3, 1)
    boards = np.array([[[0, 1, 0], [0, -1, 0], [0, 0, 0]]], "int32")
    layer.build(scores.shape)
    layer.bias.assign(10 * np.ones((3, 3, 1)))
    found = ops.convert_to_numpy(layer(scores, boards))[0]
    np.testing.assert_array_equal(found, [10, -1e4, 12, 13, -1e4, 15, 16, 17, 18])


def test_a_column_is_scored_by_the_place_in_which_the_piece_falls():
    layer = Places(falls=True, biased=False)
    scores = np.arange(12, dtype="float32").reshape(1, 4, 3, 1)
    boards = np.array([[[0, 0, 1], [0, 0, -1], [0, 1, 1], [0, -1, 1]]], "int32")
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(scores, boards))[0], [9, 4, -1e4])


def small():
    keras.utils.set_random_seed(0)
    return AlphaGo(board=(3, 3), falls=False, depth=2, filters=4, first=3, hidden=5)


def test_the_reinforced_policy_begins_as_the_one_that_imitates():
    model, boards = small(), np.array([[[0, 1, 0], [0, -1, 0], [0, 0, 0]]], "int32")

    def said(policy):
        return ops.convert_to_numpy(policy(boards))

    model.begin_stage("values", None, None)
    assert np.abs(said(model.policy) - said(model.reinforced)).max() > 1e-3
    model.begin_stage("reinforcement", None, None)
    np.testing.assert_array_equal(said(model.policy), said(model.reinforced))
    for variable in model.reinforced.variables:
        variable.assign(variable + 1.0)
    assert np.abs(said(model.policy) - said(model.reinforced)).max() > 1e-3


def test_the_fast_policy_is_linear_in_what_lies_around_a_place():
    model, random = small(), np.random.default_rng(0)
    weights = random.normal(size=(3, 3, 2, 1)).astype("float32")
    model.rollout.set_weights([weights])
    board = random.integers(-1, 2, (3, 3))
    around = np.pad(board, 1)
    found = ops.convert_to_numpy(model.rollout(board[None].astype("int32")))[0]
    for place in np.flatnonzero(board.ravel() == 0):
        row, column = divmod(int(place), 3)
        seen = around[row : row + 3, column : column + 3]
        score = (weights[:, :, 0, 0] * (seen == 1) + weights[:, :, 1, 0] * (seen == -1)).sum()
        np.testing.assert_allclose(found[place], score, rtol=1e-4, atol=1e-5)
    assert (found[board.ravel() != 0] == -1e4).all()
