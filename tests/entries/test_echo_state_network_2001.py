"""What is particular to the echo state network: how fast it forgets, and that noise matters."""

import numpy as np
import pytest

from benchmarks import catalogue, datasets
from tests.eager import Eager

ENTRY = catalogue.load("echo_state_network_2001")


def test_the_net_forgets_as_slowly_as_the_report_says() -> None:
    """Section 6.2: with leaky units the spectral radius that counts is about 0.95."""
    model = ENTRY.build()
    model.draw(np.random.default_rng(0))
    effective = 0.44 * model.weights + (1 - 0.44 * 0.9) * np.eye(400)
    assert 0.9 < np.abs(np.linalg.eigvals(effective)).max() <= 0.44 * 0.79 + 1 - 0.44 * 0.9
    assert pytest.approx(0.95, abs=0.005) == 0.44 * 0.79 + 1 - 0.44 * 0.9
    # What it was before no longer matters after the steps that are discarded.
    shown = np.zeros(1_000)
    states = np.random.default_rng(1).uniform(-1, 1, (400, 2))
    for y in shown:
        states = model.moved(model.weights, states, np.full(2, y))
    np.testing.assert_allclose(states[:, 0], states[:, 1], atol=1e-9)


def test_pictures_show_the_series_and_the_memory() -> None:
    assert ENTRY.pictures is not None
    data = datasets.load("mackey_glass_17")
    model = ENTRY.build(units=100, connectivity=0.05)
    model.fit(data.train["x"], None, seed=0)
    shown = ENTRY.pictures(model, data, Eager(model))
    truth, own = shown["forecast"].series
    np.testing.assert_allclose(truth.y, data.test["x"][0, 1_000:, 0] * 1e-9)
    np.testing.assert_allclose(own.y[:20], truth.y[:20], atol=0.02)
    np.testing.assert_array_equal(shown["attractor"].series[0].y[:-20], shown["attractor"].series[0].x[20:])
    noise = datasets.load("white_noise")
    recaller = ENTRY.build(units=20, delays=40, connectivity=0.2, linear=True)
    recaller.fit(noise.train["x"], None, seed=0)
    (recalled,) = ENTRY.pictures(recaller, noise, Eager(recaller))["forgetting"].series
    assert recalled.y[0] > 0.95 > 0.1 > recalled.y[-1]
