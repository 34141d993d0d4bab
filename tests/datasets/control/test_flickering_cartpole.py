"""Flickering CartPole, against Gymnasium's registration and the paper."""

import pytest

from benchmarks import datasets


def test_it_is_cartpole_as_gymnasium_registers_it_with_half_of_the_observations_hidden() -> None:
    gymnasium = pytest.importorskip("gymnasium")
    info = datasets.load("flickering_cartpole").info
    spec = gymnasium.spec(info["environment"])
    assert (spec.reward_threshold, spec.max_episode_steps) == (info["solved_return"], info["longest"])
    assert info["hidden"] == 0.5
