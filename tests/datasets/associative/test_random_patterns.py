"""Patterns to be remembered: how many, and how far the cues are from them."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.associative.random_patterns import CARDS


@pytest.mark.parametrize("id", CARDS)
def test_cues_are_as_far_from_the_meant_patterns_as_the_card_says(id: str) -> None:
    parameters, data = CARDS[id].parameters, datasets.load(id)
    stored = data.train["x"].reshape(parameters["sets"], parameters["patterns"], parameters["units"])
    assert set(np.unique(stored)) == {0.0, 1.0}
    assert abs(stored.mean() - 0.5) < 0.02
    np.testing.assert_array_equal(data.train["x"], stored[data.train["y"], data.train["meant"]])
    for split in (data.validation, data.test):
        if parameters["flipped"] is None:
            assert np.all(split["meant"] == -1)
        else:
            meant = stored[split["y"], split["meant"]]
            assert np.all(np.abs(split["x"] - meant).sum(axis=1) == parameters["flipped"])
        if parameters["mirrored"] and parameters["flipped"] is not None:
            memories = np.concatenate([stored, 1.0 - stored], axis=1)[split["y"]]
            distances = np.sort(np.abs(split["x"][:, None] - memories).sum(axis=2), axis=1)
            assert np.all(distances[:, 1] > distances[:, 0]), "no other memory is as near"
    assert not set(data.validation["y"]) & set(data.test["y"])
    if not parameters["mirrored"]:
        assert len(data.validation["x"]) == len(data.test["x"]) == len(data.train["x"]) // 2
