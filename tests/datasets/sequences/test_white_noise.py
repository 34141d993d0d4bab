"""White noise against the moments of what it should be."""

import numpy as np

from benchmarks import datasets
from tests.datasets.conventions import check_conventions


def test_values_are_uniform_and_know_nothing_of_each_other() -> None:
    data = datasets.load("white_noise")
    check_conventions("white_noise", data)
    x = np.concatenate([split["x"][..., 0] for split in (data.train, data.validation, data.test)])
    assert x.min() >= -0.5 and x.max() <= 0.5
    assert abs(x.mean()) < 4 / np.sqrt(12 * x.size)
    assert abs(x.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / x.size)
    for apart in (1, 2, 50):
        assert abs(np.mean(x[:, apart:] * x[:, :-apart]) * 12) < 4 / np.sqrt(x.size)
