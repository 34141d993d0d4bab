"""The published net, counted by hand, and what the nets remember from step to step."""

import numpy as np
import pytest
from keras import ops

from benchmarks.entries.reinforcement.drqn_2015 import CARTPOLE_NET, ENTRY, build


def test_the_declared_count_is_that_counted_by_hand():
    # Filters of 8, 4 and 3 on one screen leave maps of 20, 9 and 7 places; four gates see them, the outputs
    # before and a bias.
    convolutions = 32 * (8 * 8 * 1 + 1) + 64 * (4 * 4 * 32 + 1) + 64 * (3 * 3 * 64 + 1)
    cells = 4 * 512 * (64 * 7 * 7 + 512 + 1)
    assert ENTRY.parameters[0].trainable == convolutions + cells + 18 * (512 + 1) == 7_554_226


def test_screens_become_values_of_each_action_at_each_step():
    model = build(units=16)
    screens = np.random.default_rng(0).integers(0, 256, (2, 3, 84, 84, 1)).astype("float32")
    values, states = model([ops.array(screens), ops.zeros((2, 32))])
    assert (tuple(values.shape), tuple(states.shape)) == ((2, 3, 18), (2, 32))


@pytest.mark.parametrize("changes", [{}, {"frames": 4}], ids=["lstm", "frames"])
def test_step_by_step_it_says_what_it_says_of_the_whole_sequence(changes):
    model = build(**CARTPOLE_NET | changes)
    seen = ops.array(np.random.default_rng(0).normal(size=(3, 7, 4)).astype("float32"))
    state = ops.zeros((3, model.inputs[1].shape[-1]))
    whole, after = model([seen, state])
    for step in range(7):
        values, state = model([seen[:, step : step + 1], state])
        np.testing.assert_allclose(values[:, 0], whole[:, step], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(state, after, rtol=1e-4, atol=1e-6)
    # The state matters: from one of zeros the last step is worth something else.
    forgotten, _ = model([seen[:, -1:], ops.zeros_like(state)])
    assert np.abs(ops.convert_to_numpy(forgotten[:, 0] - whole[:, -1])).max() > 1e-3


def test_a_net_that_sees_frames_sees_the_last_ones_alone():
    model = build(**CARTPOLE_NET, frames=3)
    seen = np.random.default_rng(0).normal(size=(1, 5, 4)).astype("float32")

    def last_values(sequence):
        values, _ = model([ops.array(sequence), ops.zeros((1, 8))])
        return ops.convert_to_numpy(values[0, -1])

    for step, matters in enumerate([False, False, True, True, True]):
        other = seen.copy()
        other[0, step] += 1.0
        assert np.array_equal(last_values(other), last_values(seen)) is not matters
