"""The digits, against scikit-learn's copy."""

import numpy as np
import pytest

from tests.datasets.conventions import splits


@pytest.mark.slow  # importing scikit-learn takes seconds
def test_digits_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    rows = [np.column_stack([split["x"].reshape(-1, 64), split["y"]]) for split in splits("digits")]
    found = sorted(map(tuple, np.concatenate(rows).tolist()))
    assert found == sorted(map(tuple, np.column_stack([bunch.data, bunch.target]).astype(int).tolist()))
    for part, share in zip(rows, (0.6, 0.2, 0.2), strict=True):
        assert np.bincount(part[:, 64]) == pytest.approx(share * np.bincount(bunch.target), abs=1.01)
