"""Samples to simulate with, and what a count of hits in a simulation says."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy import stats

from report import statistics

Random = np.random.Generator
#: distributions with a median of 0
SAMPLES: dict[str, Callable[[Random, tuple[int, ...]], np.ndarray]] = {
    "normal": lambda random, shape: random.normal(size=shape),
    "skewed": lambda random, shape: random.lognormal(sigma=1.0, size=shape) - 1,
    "heavy-tailed": lambda random, shape: random.standard_t(2, size=shape),
}
every_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())


def at_most(hits: int, of: int, chance: float) -> bool:
    """Whether this number of hits is compatible with at most this chance of each.

    If the chance is exact, the answer is no once in 10,000 times.
    """
    return hits <= stats.binom.ppf(1 - 1e-4, of, chance)


def about(hits: int, of: int, chance: float) -> bool:
    """Whether this number of hits is compatible with exactly this chance of each."""
    return at_most(hits, of, chance) and at_most(of - hits, of, 1 - chance)


def compared(
    ours: Sequence[float] | np.ndarray, theirs: Sequence[float] | np.ndarray, ratio: bool = False
) -> statistics.Comparison:
    """Two independent groups, compared."""
    comparison = statistics.compare(list(ours), list(theirs), ratio)
    assert comparison is not None
    return comparison


def paired(
    ours: Sequence[float] | np.ndarray, theirs: Sequence[float] | np.ndarray, ratio: bool = False
) -> statistics.Comparison:
    """Pairs, compared."""
    comparison = statistics.compare_pairs(list(zip(ours, theirs, strict=True)), ratio)
    assert comparison is not None
    return comparison
