"""Oscillators and pendulums against SciPy's solutions, and their noise against what the cards say."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm, solve_discrete_lyapunov

from benchmarks import datasets
from benchmarks.datasets.sequences import tracking
from benchmarks.datasets.sequences.tracking import CARDS, DAMPING, STEP, STEPS


@pytest.mark.parametrize("id", CARDS)
def test_measurements_are_off_by_the_noise_and_targets_lie_between_0_and_1(id: str) -> None:
    data, parameters = datasets.load(id), CARDS[id].parameters
    for split, size in zip((data.train, data.validation, data.test), parameters["sizes"], strict=True):
        assert split["x"].shape == (size, STEPS, 1)
        assert split["y"].min() > 0
        assert split["y"].max() < 1
    off = data.train["x"][:, -1, 0] - parameters["spread"][0] * (data.train["y"][:, 0] - 0.5)
    assert off.std() == pytest.approx(parameters["noise"], rel=0.04)
    assert abs(off.mean()) < 4 * parameters["noise"] / 5_000**0.5
    assert data.info["tolerance"] == pytest.approx(parameters["noise"] / parameters["spread"][0])


def test_the_oscillator_moves_as_its_equation_says() -> None:
    moves = expm(STEP * np.array([[0.0, 1.0], [-1.0, -DAMPING]]))
    np.testing.assert_allclose(tracking.transition(), moves, rtol=1e-12)
    wanted = solve_discrete_lyapunov(moves, np.diag([0.0, 0.3**2]))
    np.testing.assert_allclose(tracking.stationary(0.3), wanted, rtol=1e-9)
    # Displacements of measurements k steps apart: the first row of moves^k times the covariance.
    parameters = CARDS["tracked_oscillator"].parameters
    x, covariance = datasets.load("tracked_oscillator").train["x"][..., 0], tracking.stationary(0.15)
    for apart in (1, 3, 6):
        measured = np.mean(x[:, apart:] * x[:, :-apart])
        wanted = (np.linalg.matrix_power(moves, apart) @ covariance)[0, 0]
        assert measured == pytest.approx(wanted, abs=0.02)
    assert x.var() == pytest.approx(covariance[0, 0] + parameters["noise"] ** 2, rel=0.03)


def test_pendulums_move_as_their_equation_says() -> None:
    shown, velocity = tracking.pendulums(np.random.default_rng(0), 20, kick=0.0)
    rng = np.random.default_rng(0)
    angles, velocities = rng.uniform(-np.pi, np.pi, 20), 0.5 * rng.standard_normal(20)
    for i in range(20):
        path = solve_ivp(
            lambda _, state: (state[1], -np.sin(state[0]) - DAMPING * state[1]),
            (0.0, STEP * (STEPS - 1)),
            (angles[i], velocities[i]),
            t_eval=STEP * np.arange(STEPS),
            rtol=1e-8,
            atol=1e-8,
        ).y
        if np.abs(np.abs(path[0]) - np.pi).min() < 0.2:
            continue  # near the top the slightest error decides to which side it falls
        np.testing.assert_allclose(shown[i], np.sin(path[0]), atol=0.12)
        np.testing.assert_allclose(velocity[i], path[1, -1], atol=0.12)
