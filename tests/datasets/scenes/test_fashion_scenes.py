"""Scenes of clothes. Needs a local mirror."""

from pathlib import Path

import numpy as np

from benchmarks import datasets
from tests.datasets.conventions import check_conventions


def test_fashion_scenes(data_dir: Path) -> None:
    data = datasets.load("fashion_scenes", data_dir)
    check_conventions("fashion_scenes", data)
    assert [split["x"].shape for split in (data.train, data.validation, data.test)] == [
        (n, 64, 64, 1) for n in (10_000, 1_000, 1_000)
    ]
    # Three to five articles, each of another class; another may cover one of them whole.
    assert {len(np.unique(scene)) - 1 for scene in data.train["y"]} <= {1, 2, 3, 4, 5}
    share = np.bincount(data.test["y"].ravel(), minlength=11) / data.test["y"].size
    assert 0.6 < share[0] < 0.8 and share[1:].min() > 0.01
