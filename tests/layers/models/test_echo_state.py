"""Echo state networks against equation 21 unit by unit, a sine, and the closed form of their memory."""

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov

from benchmarks import datasets
from benchmarks.layers.models.echo_state import Generating, Remembering, drawn, least_squares
from benchmarks.tasks import memory
from tests.eager import Eager


def test_the_reservoir_is_sparse_and_has_the_radius() -> None:
    weights = drawn(np.random.default_rng(0), 400, 0.0125, 0.79)
    assert np.abs(np.linalg.eigvals(weights)).max() == pytest.approx(0.79)
    assert np.mean(weights != 0) == pytest.approx(0.0125, abs=4 * np.sqrt(0.0125 / 400**2))
    assert len(np.unique(weights)) == 3


def test_least_squares_and_its_penalty() -> None:
    rng = np.random.default_rng(1)
    states, wanted = rng.normal(size=(50, 4)), rng.normal(size=(50, 2))
    for ridge in (0.0, 0.3):
        normal = np.linalg.solve(states.T @ states + 50 * ridge * np.eye(4), states.T @ wanted)
        np.testing.assert_allclose(least_squares(states, wanted, ridge), normal, rtol=1e-9)


@pytest.mark.parametrize("linear", [False, True], ids=["tanh output", "linear output"])
def test_the_net_goes_on_as_equation_21_says(linear: bool) -> None:
    net = Generating(units=12, connectivity=0.3, linear=linear, unit=0.5)
    rng = np.random.default_rng(2)
    net.draw(rng)
    net.readout = 0.3 * rng.normal(size=12)
    x = rng.integers(1, 4, (2, 7, 1))
    wanted = []
    for series in x[..., 0]:
        values: list[float] = []
        state = np.zeros(12)
        for n in range(7 + 3):
            y = np.tanh(0.5 * series[n] - 1) if n < 7 else values[-1]
            net_input = [
                sum(net.weights[i, j] * state[j] for j in range(12)) + net.bias[i] + net.feedback[i] * y
                for i in range(12)
            ]
            state = (1 - 0.44 * 0.9) * state + 0.44 * np.tanh(net_input)
            out = sum(net.readout * state)
            if n >= 6:
                values.append(out if linear else np.tanh(out))
        wanted.append(1 + np.arctanh(values[:3]))
    np.testing.assert_allclose(net.forecast(x, 3), wanted, rtol=1e-9)


def test_a_learned_wave_goes_on() -> None:
    wave = 1.0 + 0.4 * np.sin(np.arange(1_400) / 5) + 0.2 * np.sin(np.arange(1_400) / 3)
    rows = np.round(wave * 1e9).astype("int32")[None, :, None]
    net = Generating(units=60, connectivity=0.1, noise=1e-6, discarded=200)
    net.fit(rows[:, :1_000], None, seed=0)
    np.testing.assert_allclose(net.forecast(rows[:, :1_000], 200)[0], wave[1_000:1_200], atol=0.01)
    shown = net(rows[:, :1_000])
    np.testing.assert_allclose(shown[0, 500:-1], wave[501:1_000], atol=0.01)


def capacity(weights: np.ndarray, entrance: np.ndarray, delays: int) -> float:
    """Of a linear reservoir under white noise: sum of w_k' C^-1 w_k, w_k = W^k w, C = W C W' + w w'."""
    covariance = solve_discrete_lyapunov(weights, np.outer(entrance, entrance))
    total, late = 0.0, entrance
    for _ in range(delays):
        late = weights @ late
        total += late @ np.linalg.solve(covariance, late)
    return float(total)


def test_a_delay_line_recalls_as_many_steps_as_it_has_units_but_one() -> None:
    """Its first unit holds the present value, which does not count."""
    net, data = Remembering(units=8, delays=12, linear=True), datasets.load("white_noise")
    net.weights, net.entrance = np.eye(8, k=-1), np.eye(8)[0]
    net.readout = np.eye(8, 12, k=-1)
    score = memory.evaluate(Eager(net), net, data, "test")["memory_capacity"]
    assert score == pytest.approx(7.0, abs=1e-3)


def test_what_is_measured_is_what_theory_says_and_never_more_than_the_units() -> None:
    data = datasets.load("white_noise")
    net = Remembering(units=10, delays=30, connectivity=0.5, radius=0.8, linear=True)
    net.fit(data.train["x"], None, seed=3)
    measured = memory.evaluate(Eager(net), net, data, "test")["memory_capacity"]
    wanted = capacity(net.weights, net.entrance, 30)
    assert wanted < 10.0
    assert measured == pytest.approx(wanted, abs=0.1)
    squashed = Remembering(units=10, delays=30, connectivity=0.5, radius=0.8, inputs=3.0)
    squashed.fit(data.train["x"], None, seed=3)
    assert memory.evaluate(Eager(squashed), squashed, data, "test")["memory_capacity"] < measured
