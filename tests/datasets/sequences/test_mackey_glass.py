"""The Mackey-Glass series against a solution block by block."""

import numpy as np
import pytest
from scipy.signal import lfilter

from benchmarks import datasets
from benchmarks.datasets.sequences.mackey_glass import EARLIER, PARTS, UNIT, series
from tests.datasets.conventions import check_conventions


def by_blocks(delay: int, length: int, seed: int) -> np.ndarray:
    """The same equation. What is late is known for a whole delay, and what is left is a linear filter."""
    late = np.random.default_rng(seed).uniform(0.5, 1.3, delay * PARTS + 1).round(6)
    blocks: list[np.ndarray] = []
    while sum(len(block) for block in blocks) < PARTS * (EARLIER + length):
        driven = 0.02 * late / (1.0 + late**10)
        late = lfilter([1.0], [1.0, -0.99], driven, zi=[0.99 * late[-1]])[0]
        blocks.append(late)
    return np.concatenate(blocks)[PARTS * EARLIER :][: PARTS * length : PARTS]


@pytest.mark.parametrize("delay", [17, 30])
def test_the_series_follows_its_equation(delay: int) -> None:
    found = series(delay, 300, np.random.default_rng(1))
    np.testing.assert_allclose(found, by_blocks(delay, 300, 1), atol=1e-6)


def test_rows_go_on_and_splits_are_other_runs() -> None:
    data = datasets.load("mackey_glass_17")
    check_conventions("mackey_glass_17", data)
    for split in (data.train, data.validation, data.test):
        values = split["x"][..., 0] * UNIT
        assert values.min() > 0.3 and values.max() < 1.4
        within = np.abs(np.diff(values, axis=1)).max()
        assert np.abs(values[1:, 0] - values[:-1, -1]).max() <= within < 0.1
    assert not np.array_equal(data.train["x"], data.validation["x"][:2])
