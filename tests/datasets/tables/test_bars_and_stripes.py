"""Bars and stripes, against all 65,536 images."""

import numpy as np
import pytest

from benchmarks import datasets


def test_bars_and_stripes_by_brute_force() -> None:
    data = datasets.load("bars_and_stripes")
    images = (np.arange(2**16)[:, None] >> np.arange(16) & 1).reshape(-1, 4, 4)
    bars = (images == images[:, :1, :]).all((1, 2))
    stripes = (images == images[:, :, :1]).all((1, 2))
    wanted = {tuple(image.ravel()) for image in images[bars | stripes]}
    assert len(wanted) == 30
    assert {tuple(map(int, row)) for row in data.train["x"]} == wanted
    assert len(data.train["x"]) == 30
    assert data.info["optimum"] == pytest.approx(-3.4012, abs=1e-4)
