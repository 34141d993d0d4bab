"""CIFAR-10 with pictures beside it. Needs a local mirror."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import datasets


@pytest.mark.slow
def test_it_is_cifar10_with_pictures(data_dir: Path) -> None:
    data, plain = (datasets.load(id, data_dir) for id in ("cifar10_photographs", "cifar10"))
    for split in ("train", "validation", "test"):
        for key in ("x", "y"):
            assert (getattr(data, split)[key] == getattr(plain, split)[key]).all()
    assert np.array(data.info["content"]).shape == (96, 128, 3)
    assert np.array(data.info["styles"]).shape == (2, 96, 128, 3)
