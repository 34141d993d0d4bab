"""MNIST, against published facts. Needs a local mirror."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import datasets
from tests.datasets.conventions import check_conventions, moments, whole


def test_mnist(data_dir: Path) -> None:
    data = datasets.load("mnist", data_dir)
    check_conventions("mnist", data)
    assert [split["x"].shape for split in (data.train, data.validation, data.test)] == [
        (50_000, 28, 28, 1),
        (10_000, 28, 28, 1),
        (10_000, 28, 28, 1),
    ]
    assert np.bincount(whole(data, "y")).tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]
    assert np.bincount(data.test["y"]).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert data.train["y"][:5].tolist() == [5, 0, 4, 1, 9]
    assert data.test["y"][:5].tolist() == [7, 2, 1, 0, 4]
    assert moments(whole(data, "x")) == pytest.approx((0.1307, 0.3081), abs=5e-5)
