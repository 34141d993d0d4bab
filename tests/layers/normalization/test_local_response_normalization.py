"""Local response normalisation against the printed sums, term by term."""

import numpy as np
import pytest

from benchmarks.layers.normalization.local_response_normalization import LocalResponseNormalization

MAPS = np.random.default_rng(2012).normal(scale=30.0, size=(2, 5, 4, 7)).astype("float32")


def across(a: np.ndarray, k: float, n: int, alpha: float, beta: float) -> np.ndarray:
    """The formula of section 3.3: the sum runs from max(0, i - n/2) to min(N - 1, i + n/2)."""
    number = a.shape[-1]
    b = np.empty_like(a)
    for i in range(number):
        total = sum(a[..., j] ** 2 for j in range(max(0, i - n // 2), min(number - 1, i + n // 2) + 1))
        b[..., i] = a[..., i] / (k + alpha * total) ** beta
    return b


def within(a: np.ndarray, k: float, n: int, alpha: float, beta: float) -> np.ndarray:
    b = np.empty_like(a)
    for y in range(a.shape[1]):
        for x in range(a.shape[2]):
            around = a[:, max(0, y - n // 2) : y + n // 2 + 1, max(0, x - n // 2) : x + n // 2 + 1, :]
            b[:, y, x] = a[:, y, x] / (k + alpha * np.square(around).sum(axis=(1, 2))) ** beta
    return b


def test_the_defaults_are_the_papers_constants():
    np.testing.assert_allclose(
        np.asarray(LocalResponseNormalization()(MAPS)), across(MAPS, 2.0, 5, 1e-4, 0.75), rtol=1e-5
    )


@pytest.mark.parametrize(("inside", "formula"), [(True, within), (False, across)])
def test_each_unit_is_damped_by_its_neighbours(inside, formula):
    layer = LocalResponseNormalization(3, 0.01, 0.6, 1.0, across=not inside)
    np.testing.assert_allclose(np.asarray(layer(MAPS)), formula(MAPS, 1.0, 3, 0.01, 0.6), rtol=1e-5)
