"""Q-learning with a table, against steps worked out by hand and values found by dynamic programming."""

import dataclasses

import gymnasium
import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.layers.models.value_table import ValueTable
from benchmarks.rules.protocol import Context
from benchmarks.rules.tabular_q_learning import Learner
from benchmarks.spec import Data, Stage
from benchmarks.tasks import control

OPTIONS = {
    "discount": 0.9,
    "learning_rate": 1.0,
    "rate_decay": 0.7,
    "final_exploration": 1.0,
    "exploration_steps": 1,
}
LAKE = datasets.load("frozen_lake")


def learner(data=LAKE, steps=2000, seed=1, states=16, actions=4, **options):
    stage = Stage("", rule="tabular_q_learning", rule_options=OPTIONS | options, steps_per_epoch=steps)
    return Learner(Context(ValueTable(states, actions), control.loss, stage, data, None, 0, seed))


def optimal(transitions, discount):
    """Q* [states, actions] of a table of (share, next state, reward, ended), by value iteration."""
    q = np.zeros((len(transitions), len(transitions[0])))
    for _ in range(2000):
        values = q.max(axis=1)
        q = np.array(
            [
                [
                    sum(
                        share * (reward + discount * (not ended) * values[after])
                        for share, after, reward, ended in way
                    )
                    for way in ways.values()
                ]
                for ways in transitions.values()
            ]
        )
    return q


def value_of_greedy(transitions, q, discount):
    """The true discounted values of playing the best actions of `q`, by linear equations."""
    size = len(transitions)
    matrix, gains = np.eye(size), np.zeros(size)
    for state, ways in transitions.items():
        for share, after, reward, ended in ways[int(np.argmax(q[state]))]:
            gains[state] += share * reward
            matrix[state, after] -= discount * share * (not ended)
    return np.linalg.solve(matrix, gains)


def test_steps_worked_out_by_hand():
    """Rates 1, 1/2^0.5 and 1/3^0.5 of one action; the best of what follows is 0.8."""
    rule = learner(learning_rate=1.0, rate_decay=0.5)
    rule.model.values[5] = [0.1, 0.8, -1.0, 0.3]
    rule.learn(2, 1, 1.0, False, 5)
    first = 1.0 + 0.9 * 0.8
    assert rule.model.values[2, 1] == pytest.approx(first)
    rule.learn(2, 1, 0.0, True, 5)
    second = first + (0.0 - first) / np.sqrt(2.0)
    assert rule.model.values[2, 1] == pytest.approx(second)
    rule.learn(2, 1, 0.5, False, 7)
    assert rule.model.values[2, 1] == pytest.approx(second + (0.5 - second) / np.sqrt(3.0))
    assert np.count_nonzero(rule.model.values) == 5


def test_random_walks_on_slippery_ice_lead_to_the_values_of_dynamic_programming():
    """It never acts by its table, and yet the table becomes that of the best behaviour."""
    rule = learner(steps=100_000)
    transitions = gymnasium.make("FrozenLake-v1").unwrapped.P
    wanted = optimal(transitions, 0.9)
    steps, _, logs = rule.leg(0, 2)
    assert steps == 200_000 and logs["exploration"] == 1.0
    assert logs["training_return"] < 0.05, "a random walk hardly ever arrives"
    best, start = wanted.max(axis=1), wanted[0].max()
    assert np.abs(rule.model.values - wanted).max() < 0.05
    assert value_of_greedy(transitions, rule.model.values, 0.9)[0] > 0.97 * start
    assert best.max() > 0.6 > start > 0.05


class Corridor(gymnasium.Env):
    """Four places in a row: 0 goes left, 1 goes right, and beyond the last there is a reward of 1 and the
    end."""

    observation_space, action_space = gymnasium.spaces.Discrete(4), gymnasium.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = 0
        return 0, {}

    def step(self, action):
        self.place += 1 if action else -1
        ended = self.place == 4
        self.place = min(max(self.place, 0), 3)
        return self.place, float(ended), ended, False, {}


def test_where_nothing_is_left_to_chance_a_rate_of_one_finds_the_exact_values():
    gymnasium.register("SuiteCorridor-v0", lambda: Corridor(), max_episode_steps=9)
    data = Data({}, {}, {}, {"environment": "SuiteCorridor-v0"})
    rule = learner(data, 4000, states=4, actions=2, rate_decay=0.0)
    rule.leg(0, 1)
    right = 0.9 ** np.array([3, 2, 1, 0])
    left = 0.9 * right[[0, 0, 1, 2]]
    np.testing.assert_allclose(rule.model.values, np.stack([left, right], axis=1), rtol=1e-12)


def test_a_resumed_run_is_the_same_and_another_seed_another():
    whole, first, second, other = learner(), learner(), learner(), learner(seed=2)
    whole.leg(0, 4)
    first.leg(0, 2)
    second.model.set_state(first.model.state())
    second.set_host_state(first.host_state())
    second.leg(2, 4)
    np.testing.assert_array_equal(whole.model.values, second.model.values)
    np.testing.assert_array_equal(whole.visits, second.visits)
    other.leg(0, 4)
    assert np.any(other.visits != whole.visits)
    first.reset_host_state(5)
    assert first.visits.sum() == 0 and first.seed == 5


def test_what_is_missing_or_unknown_is_named():
    with pytest.raises(ValueError, match="no option 'momentum'"):
        learner(momentum=0.9)
    stage = dataclasses.replace(Stage(""), rule_options=OPTIONS)
    with pytest.raises(ValueError, match="needs steps_per_epoch"):
        Learner(Context(ValueTable(16, 4), control.loss, stage, LAKE, None, 0, 1))
