"""Positions of the race: different ones, with their exact chances."""

import numpy as np

from benchmarks import datasets
from benchmarks.games.race import GAMES


def test_positions_are_different_and_can_arise_and_have_their_chances() -> None:
    data, game = datasets.load("small_race"), GAMES["small_race"]
    splits = (data.train, data.validation, data.test)
    found = {pair for split in splits for pair in zip(split["state"], split["black"], strict=True)}
    assert [len(split["x"]) for split in splits] == [1500, 750, 750]
    assert len(found) == 3000 and {state for state, _ in found} <= set(game.reachable.tolist())
    for split in splits:
        mover = np.where(split["black"] == 1, 1 - split["y"], split["y"])
        np.testing.assert_allclose(mover, game.values[split["state"]], atol=1e-6)
        np.testing.assert_array_equal(split["x"][:, -1], split["black"])
