"""The rising momentum against the paper's equations, by hand."""

import keras
import numpy as np
import pytest

from benchmarks import optimizers

CURVATURE = np.array([1.0, 30.0])


def test_the_momentum_follows_equation_5():
    """1 - 2^(-1 - log2(⌊t / 250⌋ + 1)), at most the largest, and calm at the end."""
    optimizer = optimizers.make(
        {"name": "RisingMomentum", "learning_rate": 0.1, "largest": 0.99, "calm_from": 20_000}
    )
    for step in (0, 249, 250, 499, 500, 6_000, 12_249, 12_500, 19_999):
        printed = min(1 - 2 ** (-1 - np.log2(np.floor(step / 250) + 1)), 0.99)
        assert float(optimizer.at(step)) == pytest.approx(printed, rel=1e-6)
    assert float(optimizer.at(20_000)) == pytest.approx(0.9)
    assert float(optimizer.at(100)) == 0.5


def by_keras(steps, **options):
    """Where the weights are before and after each step down a bowl whose sides are of different steepness."""
    optimizer = optimizers.make(
        {"name": "RisingMomentum", "learning_rate": 0.02, "largest": 0.8, "period": 2} | options
    )
    weights = keras.Variable(np.array([1.0, -1.0], "float32"))
    optimizer.build([weights])
    found = [np.asarray(weights.value).copy()]
    for _ in range(steps):
        optimizer.apply([(CURVATURE * found[-1]).astype("float32")], [weights])
        found.append(np.asarray(weights.value).copy())
    return np.array(found)


#: 1 - 1/2 twice, 1 - 1/4 twice, then 1 - 1/6 would be more than the largest; the last steps are calm.
MOMENTA = (0.5, 0.5, 0.75, 0.75, 0.8, 0.6, 0.6)


def test_classical_momentum_takes_the_gradient_where_the_weights_are():
    """Equations 1 and 2."""
    velocity, weights, expected = np.zeros(2), np.array([1.0, -1.0]), [[1.0, -1.0]]
    for momentum in MOMENTA[:6]:
        velocity = momentum * velocity - 0.02 * CURVATURE * weights
        weights = weights + velocity
        expected.append(weights)
    np.testing.assert_allclose(by_keras(6, calm_from=5, calm=0.6), expected, rtol=1e-4, atol=1e-6)


def test_nesterovs_takes_it_where_the_velocity_alone_would_lead():
    """Equations 3 and 4, in which the weights are those behind; ours are those ahead."""
    velocity, weights, expected = np.zeros(2), np.array([1.0, -1.0]), []
    for momentum in MOMENTA:
        ahead = weights + momentum * velocity
        expected.append(ahead)
        velocity = momentum * velocity - 0.02 * CURVATURE * ahead
        weights = weights + velocity
    found = by_keras(6, calm_from=5, calm=0.6, nesterov=True)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_a_momentum_of_1_is_refused():
    with pytest.raises(ValueError, match="stays below 1"):
        optimizers.make({"name": "RisingMomentum", "learning_rate": 0.1, "largest": 1.0})
