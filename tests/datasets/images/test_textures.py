"""The textures: what distinguishes them, and what does not."""

import numpy as np

from benchmarks import datasets
from tests.datasets.conventions import nearest_mean


def test_textures_of_one_kind_differ_in_colour_and_the_stripes_in_direction() -> None:
    data = datasets.load("textures")
    x, y = data.train["x"].astype(float), data.train["y"]
    colour = x.mean(axis=(1, 2))
    assert (nearest_mean(colour, y, colour) != y).mean() > 0.7  # the mean colour says nothing of the kind
    down, right = (np.abs(np.diff(x, axis=axis)).mean(axis=(1, 2, 3)) for axis in (1, 2))
    assert (down > right)[y == 0].mean() > 0.99 and (right > down)[y == 2].mean() > 0.99
