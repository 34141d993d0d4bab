"""The copying problem, in both forms."""

import numpy as np

from benchmarks import datasets
from tests.datasets.conventions import splits


def test_copying_repeats_after_the_lag() -> None:
    for split in splits("copying"):
        x, y, weight = split["x"], split["y"], split["weight"]
        assert x.shape[1] == 30 + 20
        assert x[:, :10].max() == 7
        assert (x[:, 39] == 9).all() and (np.delete(x[:, 10:], 29, axis=1) == 8).all()
        assert (y[:, 40:] == x[:, :10]).all() and (y[:, :40] == 8).all()
        assert (weight[:, 40:] == 1).all() and not weight[:, :40].any()


def test_copying_1000_repeats_after_the_lag() -> None:
    data = datasets.load("copying_1000")
    for split in (data.train, data.validation, data.test):
        x, y = split["x"], split["y"]
        assert x.shape[1] == 1_020
        assert (x[:, :10].min(), x[:, :10].max()) == (1, 8)
        assert (x[:, 10:1009] == 0).all() and (x[:, 1009:] == 9).all()
        assert (y[:, :1010] == 0).all() and (y[:, 1010:] == x[:, :10]).all()
