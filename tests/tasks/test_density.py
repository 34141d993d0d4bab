"""Log-likelihoods against sums over all states, and annealed importance sampling against exact ones."""

import itertools

import numpy as np
import pytest

from benchmarks.layers.models.restricted_boltzmann_machine import RestrictedBoltzmannMachine
from benchmarks.spec import Data
from benchmarks.tasks import density
from tests.eager import Eager


def machine(visible, hidden, spread=1.0):
    """A machine with random weights, and its predictor."""
    model = RestrictedBoltzmannMachine((visible,), hidden)
    rng = np.random.default_rng(5)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(scale=spread, size=weight.shape))
    return model, Eager(model)


@pytest.mark.parametrize(("visible", "hidden"), [(5, 3), (3, 5)])
def test_the_exact_partition_function_is_the_sum_over_all_joint_states(visible, hidden):
    model, predict = machine(visible, hidden)
    kernel, b, c = (
        np.asarray(w.value).astype("float64") for w in (model.kernel, model.visible_bias, model.hidden_bias)
    )
    total = 0.0
    for v in itertools.product([0, 1], repeat=visible):
        for h in itertools.product([0, 1], repeat=hidden):
            total += np.exp(np.dot(v, b) + np.dot(h, c) + np.array(v) @ kernel @ h)
    assert density.exact_log_partition(predict, model) == pytest.approx(np.log(total), rel=1e-6)


def test_annealed_importance_sampling_agrees_with_the_exact_partition_function():
    model, predict = machine(20, 10)
    exact = density.exact_log_partition(predict, model)
    rates = np.random.default_rng(0).uniform(0.2, 0.8, 20)
    estimate, error, effective = density.summarise(
        density.annealed_log_weights(predict, model, rates, chains=200, temperatures=300, seed=0)
    )
    assert 0.0 < error < 0.1
    assert abs(estimate - exact) < 4 * error
    assert 50 < effective <= 200


def test_weights_that_differ_wildly_leave_few_effective_chains():
    np.testing.assert_allclose(density.summarise(np.zeros(10)), (0.0, 0.0, 10.0))
    log_partition, error, effective = density.summarise(np.array([100.0] + [0.0] * 9))
    assert log_partition == pytest.approx(100 - np.log(10))
    assert effective == pytest.approx(1.0)
    assert error == pytest.approx(1.0)  # the standard error is as large as the estimate


def test_without_links_the_likelihood_is_that_of_independent_units():
    x = np.random.default_rng(1).integers(0, 2, (200, 6)).astype("float32")
    model = RestrictedBoltzmannMachine((6,), 4)
    model.adapt(x)
    model.kernel.assign(np.zeros((6, 4)))
    data = Data({"x": x}, {"x": x}, {"x": x}, {"optimum": -1.0})
    for options in ({"partition": "exact"}, {"partition": "annealed", "chains": 3, "temperatures": 100}):
        scores = density.evaluate(Eager(model), model, data, "test", **options)
        assert scores["log_likelihood"] == pytest.approx(scores["baseline_log_likelihood"], abs=1e-4)
        assert scores["divergence"] == pytest.approx(-1.0 - scores["log_likelihood"])


def test_what_cannot_be_summed_or_named_is_refused():
    model, predict = machine(30, 21)
    with pytest.raises(ValueError, match="21 units"):
        density.exact_log_partition(predict, model)
    with pytest.raises(ValueError, match="multiple of 100"):
        density.annealed_log_weights(predict, model, np.full(30, 0.5), 2, 150, 0)
    x = {"x": np.zeros((2, 30), "float32")}
    with pytest.raises(ValueError, match="exact or annealed"):
        density.evaluate(predict, model, Data(x, x, x), "test", partition="guess")
