"""The two-sided mean, term by term, and how much of it no net of one direction can know."""

import numpy as np

from benchmarks import datasets


def test_targets_are_the_weighted_means_term_by_term() -> None:
    data = datasets.load("two_sided_average")
    for split in (data.train, data.validation, data.test):
        x = split["x"][..., 0].astype("float64")
        for row in range(0, len(x), 20):
            for place, t in enumerate(range(10, 80)):
                past = sum(x[row, t - d] * (1 - d / 10) for d in range(1, 11)) / 10
                future = sum(x[row, t + d] * (1 - d / 20) for d in range(20)) / 20
                np.testing.assert_allclose(split["y"][row, place], (past + future) / 2, atol=1e-6)


def test_the_best_linear_guess_from_the_past_misses_what_is_still_to_come() -> None:
    """The rest has the variance of the future numbers' part: Σ (d/20)² / 40² / 12, d = 1..19."""
    data = datasets.load("two_sided_average")
    x, y = data.train["x"][..., 0].astype("float64"), data.train["y"].astype("float64")
    past = np.stack([x[:, 10 - d : 80 - d].ravel() for d in range(11)] + [np.ones(y.size)], axis=1)
    residue = y.ravel() - past @ np.linalg.lstsq(past, y.ravel())[0]
    expected = sum((d / 20) ** 2 for d in range(1, 20)) / 40**2 / 12
    np.testing.assert_allclose(np.mean(residue**2), expected, rtol=0.1)
