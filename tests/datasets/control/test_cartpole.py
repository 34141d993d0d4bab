"""CartPole, against Gymnasium's registration."""

import pytest

from benchmarks import datasets


def test_cartpole_is_as_gymnasium_registers_it() -> None:
    gymnasium = pytest.importorskip("gymnasium")
    info = datasets.load("cartpole").info
    spec = gymnasium.spec(info["environment"])
    assert (spec.reward_threshold, spec.max_episode_steps) == (info["solved_return"], info["longest"])
