"""The Kalman filter is the best where the world is linear and Gaussian, and only there."""

from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.datasets.sequences.tracking import CARDS, DAMPING, PARTS, STEP, STEPS
from benchmarks.layers.models.kalman_filter import steps

ENTRY = catalogue.load("kalman_filter_1960")
RECIPES = {recipe.name: recipe for recipe in ENTRY.recipes if recipe.tier == "pocket"}


def filtered(name: str) -> tuple[Any, np.ndarray, np.ndarray]:
    """The filter of a recipe, fitted, and the squared errors [n,2] of it and of one weight for each
    measurement.
    """
    data = datasets.load(RECIPES[name].dataset)
    model = ENTRY.build(**RECIPES[name].model)
    model.fit(data.train["x"], data.train["y"], seed=0)
    flat = [
        np.column_stack([split["x"][..., 0], np.ones(len(split["x"]))]) for split in (data.train, data.test)
    ]
    weights = np.linalg.lstsq(flat[0], data.train["y"], rcond=None)[0]
    y = data.test["y"]
    return model, np.square(model(data.test["x"]) - y), np.square(flat[1] @ weights - y)


def test_on_the_oscillator_the_error_is_the_least_that_theory_allows() -> None:
    model, squares, regression = filtered("tracked_oscillator")
    least = np.diag(steps(model.model, STEPS)[-1].left) / 8.0**2
    np.testing.assert_allclose(squares.mean(axis=0), least, rtol=4 * (2 / 5_000) ** 0.5)
    # One weight for each of the thirty measurements could be as good, but has to be learned.
    assert 1.0 < regression.mean() / squares.mean() < 1.03
    _, fitted, _ = filtered("tracked_oscillator-fitted")
    assert 1.0 < fitted.mean() / squares.mean() < 1.01


def test_on_the_pendulum_there_is_something_better() -> None:
    """Many pendulums that move as the true one may do, each weighed by how well it explains what is
    measured.
    """
    _, squares, _ = filtered("tracked_pendulum-fitted")
    data, parameters = datasets.load("tracked_pendulum"), CARDS["tracked_pendulum"].parameters
    n, guesses, rng = 60, 1_000, np.random.default_rng(0)
    angle = rng.uniform(-np.pi, np.pi, (n, guesses))
    velocity = 0.5 * rng.standard_normal((n, guesses))
    for step in range(STEPS):
        off = (data.test["x"][:n, step] - np.sin(angle)) / parameters["noise"]
        weight = np.exp(-0.5 * np.square(off)) + 1e-12
        weight /= weight.sum(axis=1, keepdims=True)
        if step == STEPS - 1:
            break
        chosen = np.stack([rng.choice(guesses, guesses, p=row) for row in weight])
        angle, velocity = (np.take_along_axis(one, chosen, axis=1) for one in (angle, velocity))
        for _ in range(PARTS):
            velocity = velocity - STEP / PARTS * (np.sin(angle) + DAMPING * velocity)
            angle = angle + STEP / PARTS * velocity
        velocity += parameters["kick"] * rng.standard_normal((n, guesses))
    means = np.stack([(weight * np.sin(angle)).sum(axis=1), (weight * velocity).sum(axis=1)], axis=1)
    better = np.square(0.5 + means / parameters["spread"] - data.test["y"][:n])
    assert better.mean() < 0.8 * squares[:n].mean()


@pytest.mark.parametrize("name", RECIPES)
def test_pictures_show_a_sequence_and_gains_that_settle(name: str) -> None:
    data = datasets.load(RECIPES[name].dataset)
    model = ENTRY.build(**{**RECIPES[name].model, "rounds": 20, "starts": 1})
    model.fit(data.train["x"], data.train["y"], seed=0)
    assert ENTRY.pictures is not None
    drawn = ENTRY.pictures(model, data, None)
    measured, estimated = drawn["sequence"].series
    np.testing.assert_array_equal(measured.y, data.test["x"][0, :, 0])
    assert np.square(np.diff(estimated.y)).mean() < np.square(np.diff(measured.y)).mean()
    for line in drawn["gains"].series:
        assert abs(line.y[-1] - line.y[-2]) < 0.1 * line.y[-1]
