"""The variational autoencoder against integrals, and a linear Gaussian model whose likelihood is known."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.models.variational_autoencoder import (
    VariationalAutoencoder,
    divergence,
    standard_normal,
)

numpy = keras.ops.convert_to_numpy


def linear(inputs, kernel, bias):
    """One layer with these weights."""
    net = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(len(bias))])
    net.layers[0].set_weights([np.asarray(kernel), np.asarray(bias)])
    return net


def test_the_divergence_is_the_integral():
    grid = np.linspace(-12.0, 12.0, 48_001)
    for mean, log_variance in ((0.0, 0.0), (1.5, -1.0), (-0.7, 0.8)):
        q = np.exp(-0.5 * (grid - mean) ** 2 / np.exp(log_variance)) / np.sqrt(
            2 * np.pi * np.exp(log_variance)
        )
        log_ratio = 0.5 * (grid**2 - (grid - mean) ** 2 / np.exp(log_variance) - log_variance)
        wanted = np.trapezoid(q * log_ratio, grid)
        found = divergence(np.array([[mean]], "float32"), np.array([[log_variance]], "float32"))
        assert float(found[0]) == pytest.approx(wanted, abs=1e-5)


def test_uniform_numbers_become_normal_ones():
    found = numpy(standard_normal(np.array([0.5, 0.8413447, 0.0227501], "float32")))
    np.testing.assert_allclose(found, [0.0, 1.0, -2.0], atol=1e-5)


@pytest.fixture
def factor_model():
    """v = W z + b + noise of variance 0.25, with orthogonal columns in W: the posterior has no
    correlations."""
    w = np.array([[1.0, 0.0], [0.0, 0.5], [2.0, 0.0]])
    b, variance = np.array([0.1, -0.2, 0.3]), 0.25
    precision = 1.0 + (w**2).sum(axis=0) / variance
    to_mean = w / variance / precision
    encoder = linear(
        3, np.hstack([to_mean, np.zeros((3, 2))]), np.concatenate([-b @ to_mean, -np.log(precision)])
    )
    decoder = linear(2, np.hstack([w.T, np.zeros((2, 3))]), np.concatenate([b, np.full(3, np.log(variance))]))
    return VariationalAutoencoder(encoder, decoder, (3,), likelihood="gaussian"), w, b, variance


def test_with_the_true_posterior_each_weight_is_the_likelihood_and_with_another_the_bound_lies_below(
    factor_model,
):
    """The marginal of a linear Gaussian model is N(b, W W' + variance)."""
    model, w, b, variance = factor_model
    v = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    covariance = w @ w.T + variance * np.eye(3)
    squares = np.einsum("ni,ij,nj->n", v - b, np.linalg.inv(covariance), v - b)
    exact = -0.5 * (squares + np.linalg.slogdet(2 * np.pi * covariance)[1])
    normal = np.random.default_rng(1).normal(size=(5, 400, 2)).astype("float32")
    np.testing.assert_allclose(numpy(model.log_weights(v, normal)), np.tile(exact[:, None], 400), rtol=2e-4)

    kernel, bias = model.encoder.get_weights()
    model.encoder.layers[0].set_weights([0.8 * kernel, bias + 0.1])
    weights = numpy(model.log_weights(v, normal)).astype("float64")
    bounds, estimates = weights.mean(axis=1), np.log(np.exp(weights - exact[:, None]).mean(axis=1)) + exact
    assert np.all(bounds < estimates - 0.005)
    np.testing.assert_allclose(estimates, exact, atol=0.1)
    # The bound with the divergence in closed form is the same on average.
    closed = np.mean([numpy(model.bound(v, normal[:, i])) for i in range(400)], axis=0)
    np.testing.assert_allclose(closed, bounds, atol=0.1)


def test_the_weights_integrate_to_the_probability_and_the_probabilities_of_all_binary_examples_sum_to_one():
    """The integral of p(v, z) / q(z|v), over q's own standard normal numbers, is p(v); also that over z
    is."""
    random = np.random.default_rng(2)
    encoder = linear(4, np.hstack([random.normal(size=(4, 1)), np.zeros((4, 1))]), [0.2, 0.3])
    kernel, bias = random.normal(size=(1, 4)), random.normal(size=4)
    model = VariationalAutoencoder(encoder, linear(1, kernel, bias), (4,))
    v = np.array(list(itertools.product([0.0, 1.0], repeat=4)), "float32")
    grid = np.linspace(-9.0, 9.0, 3601)
    prior = np.exp(-0.5 * grid**2) / np.sqrt(2.0 * np.pi)
    normal = np.tile(grid.astype("float32")[None, :, None], (16, 1, 1))
    weights = numpy(model.log_weights(v, normal)).astype("float64")
    found = np.trapezoid(np.exp(weights) * prior, grid, axis=1)
    assert found.sum() == pytest.approx(1.0, abs=1e-4)
    on = 1.0 / (1.0 + np.exp(-(grid[:, None] * kernel + bias)))
    each = np.prod(np.where(v[:, None] == 1.0, on, 1.0 - on), axis=2)
    np.testing.assert_allclose(found, np.trapezoid(each * prior, grid, axis=1), rtol=1e-4)


def test_examples_are_drawn_anew_with_the_frequency_of_their_grey_values():
    model = VariationalAutoencoder(
        linear(2, np.zeros((2, 2)), [0, 0]), linear(1, np.zeros((1, 2)), [0, 0]), (2,), 16.0
    )
    x = np.tile(np.array([[4, 16]], "uint8"), (4000, 1))
    first, second = numpy(model.drawn(x)), numpy(model.drawn(x))
    assert set(np.unique(first)) == {0.0, 1.0}
    np.testing.assert_allclose(first.mean(axis=0), [0.25, 1.0], atol=0.03)
    assert np.any(first != second)
    with pytest.raises(ValueError, match="likelihood is 'poisson'"):
        VariationalAutoencoder(model.encoder, model.decoder, (2,), likelihood="poisson")
