"""CIFAR-10 with pictures beside it."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.images import cifar10
from benchmarks.spec import Data


def test_it_is_cifar10_with_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    train, validation, test = (
        {"x": np.full((2, 32, 32, 3), i, np.uint8), "y": np.array([i, i], np.int32)} for i in range(3)
    )
    monkeypatch.setattr(cifar10, "load", lambda id, data_dir: Data(train, validation, test))
    data = datasets.load("cifar10_photographs")
    assert [data.train, data.validation, data.test] == [train, validation, test]
    assert np.array(data.info["content"]).shape == (96, 128, 3)
    assert np.array(data.info["styles"]).shape == (2, 96, 128, 3)
