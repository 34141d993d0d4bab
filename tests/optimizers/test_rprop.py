"""Rprop against the published rule, by hand."""

import keras
import numpy as np
import pytest

from benchmarks import optimizers


def positions(gradients, **options):
    """Where a weight that starts at 0 is after each step with these gradients."""
    optimizer = optimizers.make({"name": "Rprop"} | options)
    weight = keras.Variable(np.zeros(1, "float32"))
    optimizer.build([weight])
    found = []
    for gradient in gradients:
        optimizer.apply([np.array([gradient], "float32")], [weight])
        found.append(float(np.asarray(weight.value)[0]))
    return found


def test_a_step_grows_while_the_sign_stays_and_is_halved_when_it_turns():
    """0.1, 0.12, 0.144, then back by 0.072 and 0.0864; none at 0, which has no sign to agree with."""
    found = positions([3.0, 1e-4, 7.0, -50.0, -1.0, 0.0, -2.0], first_step=0.1)
    assert found == pytest.approx([-0.1, -0.22, -0.364, -0.292, -0.2056, -0.2056, -0.1192], rel=1e-5)


def test_a_step_stays_within_its_bounds():
    grown = positions([1.0] * 4, first_step=0.1, largest=0.13)
    assert grown == pytest.approx([-0.1, -0.22, -0.35, -0.48], rel=1e-5)
    shrunk = positions([1.0, -1.0, 1.0, -1.0], first_step=0.1, smallest=0.04)
    assert shrunk == pytest.approx([-0.1, -0.05, -0.09, -0.05], rel=1e-5)


def test_each_weight_has_a_step_of_its_own():
    optimizer = optimizers.make({"name": "Rprop", "first_step": 0.1})
    weights = keras.Variable(np.zeros((2, 1), "float32"))
    optimizer.build([weights])
    for gradient in ([[1.0], [1.0]], [[1.0], [-1.0]]):
        optimizer.apply([np.array(gradient, "float32")], [weights])
    np.testing.assert_allclose(np.asarray(weights.value), [[-0.22], [-0.05]], rtol=1e-5)


def test_factors_that_do_not_adapt_are_refused():
    with pytest.raises(ValueError, match="one below 1 and one above"):
        optimizers.make({"name": "Rprop", "increase": 0.9})
