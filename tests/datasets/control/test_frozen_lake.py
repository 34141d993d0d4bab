"""Frozen lakes, against Gymnasium's registration and its table of transitions."""

import gymnasium
import pytest

from benchmarks import datasets


@pytest.mark.parametrize(("id", "side"), [("frozen_lake", 4), ("frozen_lake_8x8", 8)])
def test_a_frozen_lake_is_as_gymnasium_registers_it_and_slips(id: str, side: int) -> None:
    info = datasets.load(id).info
    spec = gymnasium.spec(info["environment"])
    assert (spec.reward_threshold, spec.max_episode_steps) == (info["solved_return"], info["longest"])
    environment = gymnasium.make(info["environment"]).unwrapped
    assert environment.observation_space.n == side**2
    # Right of the start: along, or to either side, with a third each; up is the shore.
    assert [(round(share, 3), place) for share, place, _, _ in environment.P[0][2]] == [
        (0.333, side),
        (0.333, 1),
        (0.333, 0),
    ]
