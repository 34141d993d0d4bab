"""AdaDelta's steps, against algorithm 1 by hand."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, optimizers

ENTRY = catalogue.load("adadelta_2012")
GRADIENTS = [np.array(g) for g in ([0.5, -2.0], [1.0, 0.01], [-0.25, 3.0], [0.5, 0.0])]


def steps(name, gradients=GRADIENTS, tier="standard"):
    """What each step adds to two weights, with the optimiser of a recipe."""
    optimizer = optimizers.make(catalogue.recipe(ENTRY, tier, name).optimizer)
    weights = keras.Variable(np.zeros(2, "float32"))
    optimizer.build([weights])
    before, found = np.zeros(2), []
    for gradient in gradients:
        optimizer.apply([gradient.astype("float32")], [weights])
        after = np.asarray(weights.value).astype("float64")
        found.append(after - before)
        before = after
    return np.array(found)


def by_hand(gradients, rho=0.95, epsilon=1e-6):
    """Algorithm 1: the root mean square of past steps over that of gradients, the present one included."""
    squares, moves = np.zeros(2), np.zeros(2)
    for gradient in gradients:
        squares = rho * squares + (1 - rho) * gradient**2
        step = -np.sqrt(moves + epsilon) / np.sqrt(squares + epsilon) * gradient
        moves = rho * moves + (1 - rho) * step**2
        yield step


def test_each_step_is_that_of_algorithm_1():
    np.testing.assert_allclose(steps("mnist"), list(by_hand(GRADIENTS)), rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize(("name", "same"), [("mnist", True), ("mnist-sgd", False), ("mnist-momentum", False)])
def test_a_loss_that_is_multiplied_changes_no_step(name, same):
    """Section 3.2: the gradient's unit cancels."""
    once = steps(name, GRADIENTS[:2])
    thousandfold = steps(name, [1e3 * gradient for gradient in GRADIENTS[:2]])
    assert np.allclose(once[:, 0], thousandfold[:, 0], rtol=1e-3) == same


def test_the_first_steps_are_as_small_as_the_constant_under_the_root():
    first = steps("mnist")[0]
    np.testing.assert_allclose(np.abs(first), np.sqrt(1e-6 / 0.05), rtol=1e-3)


def test_the_others_step_as_their_rates_say():
    """Plain: rate times gradient; momentum adds 0.9 of the last step; AdaGrad's first step is the rate."""
    np.testing.assert_allclose(steps("mnist-sgd")[0], -1.0 * GRADIENTS[0], rtol=1e-6)
    moved = steps("mnist-momentum")
    np.testing.assert_allclose(moved[1], 0.9 * moved[0] - 0.1 * GRADIENTS[1], rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(steps("mnist-adagrad")[0], -0.01 * np.sign(GRADIENTS[0]), rtol=1e-4)
