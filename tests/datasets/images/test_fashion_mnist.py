"""Fashion-MNIST, against published facts. Needs a local mirror."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import datasets
from tests.datasets.conventions import check_conventions, moments, whole


def test_fashion_mnist(data_dir: Path) -> None:
    data = datasets.load("fashion_mnist", data_dir)
    check_conventions("fashion_mnist", data)
    assert np.bincount(whole(data, "y")).tolist() == [6_000] * 10
    assert np.bincount(data.test["y"]).tolist() == [1_000] * 10
    assert data.train["y"][:5].tolist() == [9, 0, 0, 3, 0]
    assert data.test["y"][:5].tolist() == [9, 2, 1, 1, 6]
    assert moments(whole(data, "x")) == pytest.approx((0.2860, 0.3530), abs=5e-5)
