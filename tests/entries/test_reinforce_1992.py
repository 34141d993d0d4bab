"""The nets, counted by hand, and what a player is asked for."""

import itertools

import numpy as np
from keras import ops

from benchmarks.entries.reinforcement.reinforce_1992 import ENTRY, build


def by_hand(*sizes):
    return sum((before + 1) * after for before, after in itertools.pairwise(sizes))


def test_the_declared_counts_are_those_counted_by_hand():
    alone, with_critic = (count.trainable for count in ENTRY.parameters)
    assert alone == by_hand(4, 32, 2)
    assert with_critic == by_hand(4, 64, 64, 2) + by_hand(4, 64, 64, 1)


def test_with_a_critic_the_model_still_answers_with_logits_of_actions():
    model = build(actions=3, input_shape=(5,), hidden=(8,), critic=True)
    seen = np.random.default_rng(0).normal(size=(7, 5)).astype("float32")
    np.testing.assert_array_equal(ops.convert_to_numpy(model(seen)), ops.convert_to_numpy(model.actor(seen)))
    assert model(seen).shape == (7, 3) and model.value(seen).shape == (7,)
