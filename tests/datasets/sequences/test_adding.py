"""The adding problem, its targets recomputed from the sequences."""

import numpy as np
import pytest

from benchmarks import datasets
from tests.datasets.conventions import splits


@pytest.mark.parametrize(
    "id, minimal, sizes",
    [("adding_30", 30, (10_000, 1_000, 2_560)), ("adding_100", 100, (50_000, 1_000, 2_560))],
)
def test_adding_targets_recomputed(id: str, minimal: int, sizes: tuple[int, ...]) -> None:
    first_pair_marked = 0
    for split, size in zip(splits(id), sizes, strict=True):
        assert len(split["x"]) == size
        for x, y, length in zip(split["x"][:2_000], split["y"], split["length"], strict=False):
            padding, pairs = x[: len(x) - length], x[len(x) - length :]
            assert minimal <= length <= minimal * 1.1
            assert not padding.any()
            assert abs(pairs[:, 0]).max() <= 1
            assert [i for i, mark in enumerate(pairs[:, 1]) if mark == -1] == [0, length - 1]
            marked = [i for i, mark in enumerate(pairs[:, 1]) if mark == 1]
            assert set(pairs[:, 1]) <= {-1.0, 0.0, 1.0}
            assert len(marked) in (1, 2)
            assert min(marked) < 10 or pairs[0, 0] == 0
            assert max(marked) < minimal // 2
            if len(marked) == 1:
                assert pairs[0, 0] == 0
                first_pair_marked += 1
            assert y == pytest.approx([0.5 + sum(float(pairs[i, 0]) for i in marked) / 4], abs=1e-6)
    assert first_pair_marked > 0


def test_narrow_targets_are_those_of_the_same_sequences_drawn_in_to_the_middle() -> None:
    """A sum of 2, the largest, has the target 0.8 in place of 1; the tolerance shrinks alike."""
    wide, narrow = datasets.load("adding_100"), datasets.load("adding_100_narrow")
    np.testing.assert_array_equal(wide.test["x"], narrow.test["x"])
    np.testing.assert_allclose(narrow.test["y"] - 0.5, 0.6 * (wide.test["y"] - 0.5), atol=1e-6)
    assert wide.info == {"tolerance": 0.04}
    assert narrow.info == {"tolerance": 0.04, "scaled_tolerance": pytest.approx(0.024)}


@pytest.mark.parametrize("id", ["adding_30", "adding_100"])
def test_adding_lengths_and_values_are_uniform(id: str) -> None:
    train = datasets.load(id).train
    counts = np.bincount(train["length"])
    assert np.ptp(counts[counts > 0]) < 0.2 * counts.max()
    last = train["x"][:, -2, 0]
    assert abs(last.mean()) < 0.03
    assert last.var() == pytest.approx(1 / 3, rel=0.05)
