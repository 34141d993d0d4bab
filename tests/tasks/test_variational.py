"""Scores by latent variables, against a model whose codes say nothing."""

import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks import density, variational
from tests.eager import Eager


class Mixture:
    """A code of one number of which nothing depends: p(v) is a product of rates, and each weight says so,
    with an error that has the mean `spread`²/2 below it."""

    latent = 1

    def __init__(self, rates, spread):
        self.rates, self.spread = np.asarray(rates), spread

    def intensity(self, x):
        """The data themselves."""
        return x

    def log_weights(self, v, normal):
        """log p(v) + spread * normal - spread²/2, whose exponential has the mean p(v)."""
        exact = v @ np.log(self.rates) + (1 - v) @ np.log1p(-self.rates)
        return exact[:, None] + self.spread * normal[..., 0] - 0.5 * self.spread**2


def test_the_estimate_meets_the_truth_and_the_bound_lies_below_by_the_divergence():
    x = (np.random.default_rng(0).random((400, 3)) < [0.2, 0.5, 0.9]).astype("float32")
    data = Data({"x": x}, {"x": x}, {"x": x})
    model = Mixture(density.base_rates(x), 0.5)
    scores = variational.evaluate(Eager(model), model, data, "test", samples=400)
    assert scores["log_likelihood"] == pytest.approx(scores["baseline_log_likelihood"], abs=0.01)
    assert scores["bound"] == pytest.approx(scores["baseline_log_likelihood"] - 0.125, abs=0.01)
    assert scores == variational.evaluate(Eager(model), model, data, "test", samples=400)
    with pytest.raises(ValueError, match="multiple of 10"):
        variational.evaluate(Eager(model), model, data, "test", samples=15)
