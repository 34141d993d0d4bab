"""Kalman's filter against Gaussian conditioning of whole sequences at once, and against SciPy."""

import numpy as np
from scipy.linalg import block_diag, solve_discrete_are
from scipy.stats import multivariate_normal

from benchmarks.layers.models.kalman_filter import (
    KalmanFilter,
    LinearModel,
    draw,
    estimates,
    improve,
    oscillator,
    steps,
)

LENGTH = 4


def any_model(seed: int = 0, states: int = 3, measured: int = 2) -> LinearModel:
    rng = np.random.default_rng(seed)
    a, b, c = (rng.standard_normal((k, k)) for k in (states, states, measured))
    moves, shows = rng.standard_normal((states, states)) / 2, rng.standard_normal((measured, states))
    return LinearModel(a @ a.T, moves, b @ b.T, shows, c @ c.T)


def together(model: LinearModel, length: int) -> tuple[np.ndarray, np.ndarray]:
    """The covariance of all states of a sequence [T k, T k], and how they show in all measurements."""
    k = len(model.moves)
    noises = block_diag(model.start, *[model.kicks] * (length - 1))
    paths = np.zeros((length * k, length * k))
    for to in range(length):
        for of in range(to + 1):
            power = np.linalg.matrix_power(model.moves, to - of)
            paths[to * k : (to + 1) * k, of * k : (of + 1) * k] = power
    return paths @ noises @ paths.T, block_diag(*[model.shows] * length)


def sequences(model: LinearModel, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Measurements [n,LENGTH,d], and the covariance [LENGTH d, LENGTH d] from which they were drawn."""
    states, shows = together(model, LENGTH)
    covariance = shows @ states @ shows.T + block_diag(*[model.noise] * LENGTH)
    flat = np.random.default_rng(1).multivariate_normal(np.zeros(len(covariance)), covariance, n)
    return flat.reshape(n, LENGTH, -1), covariance


def test_each_estimate_is_the_mean_of_the_state_given_what_was_measured() -> None:
    model = any_model()
    x, covariance = sequences(model, 5)
    states, shows = together(model, LENGTH)
    for at, step in enumerate(steps(model, LENGTH)):
        state, seen = slice(3 * at, 3 * at + 3), slice(0, 2 * (at + 1))
        crossed = (states @ shows.T)[state, seen]
        weights = crossed @ np.linalg.inv(covariance[seen, seen])
        wanted = x[:, : at + 1].reshape(5, -1) @ weights.T
        np.testing.assert_allclose(estimates(model, x)[:, at], wanted, atol=1e-9)
        np.testing.assert_allclose(step.left, states[state, state] - weights @ crossed.T, atol=1e-9)


def test_the_gain_settles_where_scipy_solves_riccatis_equation() -> None:
    model = oscillator(frequency=1.0, damping=0.05, step=0.5, kick=0.15, noise=0.5)
    expected = solve_discrete_are(model.moves.T, model.shows.T, model.kicks, model.noise)
    gain = expected @ model.shows.T / (model.shows @ expected @ model.shows.T + model.noise)
    settled = steps(model, 300)[-1]
    np.testing.assert_allclose(settled.expected, expected, rtol=1e-8)
    np.testing.assert_allclose(settled.gain, gain, rtol=1e-8)


def test_rounds_climb_and_their_log_likelihood_is_that_of_the_whole_sequences() -> None:
    x, covariance = sequences(any_model(), 200)
    right = improve(any_model(), x, 200)[1]
    flat = x.reshape(200, -1)
    np.testing.assert_allclose(right, multivariate_normal(cov=covariance).logpdf(flat).sum())
    model, climbed = draw(np.random.default_rng(3), 3, 2, 1.0), []
    for _ in range(40):
        model, log_likelihood = improve(model, x, 200)
        climbed.append(log_likelihood)
    assert np.diff(climbed).min() > 0
    assert climbed[-1] - climbed[0] > 100
    # As many rows as a sequence has numbers say the same as all sequences.
    rows = np.asarray(np.linalg.qr(flat, mode="r")).reshape(-1, LENGTH, 2)
    for of_rows, of_all in zip(improve(model, rows, 200)[0], improve(model, x, 200)[0], strict=True):
        np.testing.assert_allclose(of_rows, of_all, atol=1e-8)


def test_a_round_leaves_a_model_as_it_is_whose_measurements_are_just_so() -> None:
    """With measurements of exactly the covariance that the model gives them, it is the most probable one."""
    model = any_model()
    _, covariance = sequences(model, 1)
    rows = np.linalg.cholesky(covariance).T.reshape(-1, LENGTH, 2)
    for found, was in zip(improve(model, rows, 1)[0], model, strict=True):
        np.testing.assert_allclose(found, was, atol=1e-8)


def test_the_model_is_found_in_the_measurements() -> None:
    """What two states can be turned into, without changing what is measured, leaves the eigenvalues alone."""
    told = oscillator(frequency=1.0, damping=0.2, step=0.7, kick=0.3, noise=0.2)
    states, shows = together(told, 12)
    covariance = shows @ states @ shows.T + 0.04 * np.eye(12)
    rng = np.random.default_rng(0)
    x = rng.multivariate_normal(np.zeros(12), covariance, 4_000)[..., None]
    found = KalmanFilter(states=2, targets=1, rounds=400, starts=1)
    found.fit(x, x[:, -1], seed=1)
    np.testing.assert_allclose(
        np.sort_complex(np.linalg.eigvals(found.model.moves)),
        np.sort_complex(np.linalg.eigvals(told.moves)),
        atol=0.02,
    )
    np.testing.assert_allclose(found.model.noise, 0.04, rtol=0.1)
    # Of 2 states: two covariances of 3, 4 moves, 2 that show, 1 of noise; 2 weights and a threshold.
    assert found.parameters() == 16


def test_a_model_that_is_given_learns_nothing() -> None:
    told = KalmanFilter(model=oscillator(1.0, 0.05, 0.5, 0.15, 0.5), spread=(2.0, 4.0))
    x = np.random.default_rng(0).standard_normal((3, 6, 1))
    before = told(x)
    assert told.fit(x, None, seed=0) == {}
    np.testing.assert_array_equal(told(x), before)
    np.testing.assert_allclose(before, 0.5 + estimates(told.model, x)[:, -1] / (2.0, 4.0))
    assert told.parameters() == 0
