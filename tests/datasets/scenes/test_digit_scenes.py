"""Scenes of digits: no split sees the images of another."""

import dataclasses

import numpy as np
import pytest

from benchmarks.datasets.images import digits
from benchmarks.datasets.scenes import digit_scenes


def test_test_scenes_are_of_test_digits_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ink in the test digits, test scenes have no digits, and the other scenes are the same as
    ever."""
    before, real = digit_scenes.load("digit_scenes"), digits.load("digits")
    bare = dataclasses.replace(real, test={**real.test, "x": np.zeros_like(real.test["x"])})
    monkeypatch.setattr(digits, "load", lambda id: bare)
    monkeypatch.setattr(digit_scenes, "verified", lambda card, data: data)
    after = digit_scenes.load("digit_scenes")
    assert not after.test["y"].any() and before.test["y"].any()
    for split in ("train", "validation"):
        assert all((getattr(before, split)[key] == getattr(after, split)[key]).all() for key in "xy")
