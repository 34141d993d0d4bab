"""The net with two heads: what it sees of a board, and its size as others count it."""

import numpy as np

from benchmarks import catalogue
from benchmarks.layers.bodies.two_heads import Planes, two_heads


def test_each_player_has_a_plane():
    board = np.array([[[1, 0, -1], [0, 1, 0], [-1, 0, 0]]], "int32")
    planes = np.asarray(Planes()(board))
    np.testing.assert_array_equal(planes[0, :, :, 0], [[1, 0, 0], [0, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(planes[0, :, :, 1], [[0, 0, 1], [0, 0, 0], [1, 0, 0]])


def test_values_lie_between_losing_and_winning():
    net = two_heads((3, 3), 9, blocks=1, filters=8, hidden=8)
    boards = np.random.default_rng(0).integers(-1, 2, (20, 3, 3)).astype("int32")
    logits, value = (np.asarray(part) for part in net(boards))
    assert logits.shape == (20, 9) and value.shape == (20, 1)
    assert (np.abs(value) < 1.0).all() and value.std() > 0


def test_without_biases_and_normalisation_it_has_as_many_weights_as_epoch_ai_counts():
    net = catalogue.load("alphago_zero_2017").build(blocks=39)
    kernels = sum(int(np.prod(weight.shape)) for weight in net.trainable_weights if weight.name == "kernel")
    assert kernels == 46_400_244
