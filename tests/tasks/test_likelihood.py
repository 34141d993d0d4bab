"""Likelihoods of models that know them: independent pixels, whose score is the baseline's."""

import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import density, likelihood
from tests.eager import Eager


class Independent:
    """Binary pixels with these rates."""

    def __init__(self, rates):
        self.rates = rates

    def intensity(self, x):
        """The data themselves."""
        return x

    def free_energy(self, v):
        """-log p(v) [n]."""
        return -(v @ np.log(self.rates) + (1 - v) @ np.log1p(-self.rates))


class Histogram:
    """A density that is constant over each level of each pixel: the same for all pixels."""

    def __init__(self, shares):
        self.shares = np.asarray(shares)

    def intensity(self, x):
        """The data themselves."""
        return x

    def free_energy(self, v):
        """-log p(v) [n] of v [n, d] in [0, 1)."""
        levels = len(self.shares)
        return -np.log(levels * self.shares[np.floor(v * levels).astype(int)]).sum(axis=1)


def test_independent_binary_pixels_score_what_the_baseline_does_and_what_the_task_density_says():
    x = np.random.default_rng(0).random((300, 5)).astype("float32")
    model = Independent(density.base_rates(x))
    scores = likelihood.evaluate(Eager(model), model, Data({"x": x}, {"x": x}, {"x": x}), "test")
    assert scores["log_likelihood"] == pytest.approx(scores["baseline_log_likelihood"], abs=1e-6)
    drawn = density.binarise(x, seed=0)
    assert scores["log_likelihood"] == pytest.approx(-np.mean(model.free_energy(drawn)), abs=1e-9)


def test_bits_of_a_constant_density_over_each_level_are_the_entropy_of_the_levels():
    """Half the pixels are 0, a quarter 1 and a quarter 2: 1.5 bits."""
    x = np.tile(np.array([0, 0, 1, 2], "uint8"), (50, 1))
    model = Histogram([0.5, 0.25, 0.25])
    data = Data({"x": x}, {"x": x}, {"x": x})
    scores = likelihood.evaluate(Eager(model), model, data, "test", levels=3)
    assert scores["bits_per_dimension"] == pytest.approx(1.5, abs=1e-6)
    # Each pixel alone always has the same level, seen 51 of 53 times by Laplace's rule.
    assert scores["baseline_bits_per_dimension"] == pytest.approx(np.log2(53 / 51))
    v = likelihood.dequantised(x, 3, seed=0)
    assert v.min() >= 0.0 and v.max() < 1.0
    np.testing.assert_array_equal(np.floor(v * 3), x)
