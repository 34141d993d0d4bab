"""USPS, against published facts. Needs a local mirror."""

from pathlib import Path

import numpy as np

from benchmarks import datasets
from tests.datasets.conventions import check_conventions, whole


def test_usps(data_dir: Path) -> None:
    data = datasets.load("usps", data_dir)
    check_conventions("usps", data)
    assert len(data.validation["y"]) == 1_000
    assert np.bincount(whole(data, "y")).tolist() == [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644]
    assert np.bincount(data.test["y"]).tolist() == [359, 264, 198, 166, 200, 160, 170, 147, 166, 177]
    assert (data.train["x"].min(), data.train["x"].max()) == (-1.0, 1.0)
    assert data.train["x"].shape[1:] == (16, 16, 1)
