"""The ring of Gaussians: centres and widths."""

import numpy as np
import pytest

from benchmarks import datasets


def test_gaussians_have_their_centres_and_width() -> None:
    data = datasets.load("gaussians_8")
    for mode in range(8):
        points = data.train["x"][data.train["y"] == mode]
        angle = mode * np.pi / 4
        assert len(points) > 1_100
        assert points.mean(0) == pytest.approx([2 * np.cos(angle), 2 * np.sin(angle)], abs=0.003)
        assert points.std(0) == pytest.approx([0.02, 0.02], rel=0.1)
