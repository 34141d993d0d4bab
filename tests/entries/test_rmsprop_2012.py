"""The recipes' optimisers against the lecture's rules by hand, and on the lecture's example."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, optimizers

ENTRY = catalogue.load("rmsprop_2012")


def positions(gradients, name):
    """Where a weight that starts at 0 is after each step with the optimiser of a pocket recipe."""
    optimizer = optimizers.make(catalogue.recipe(ENTRY, "pocket", name).optimizer)
    weight = keras.Variable(np.zeros(1, "float32"))
    optimizer.build([weight])
    found = []
    for gradient in gradients:
        optimizer.apply([np.array([gradient], "float32")], [weight])
        found.append(float(np.asarray(weight.value)[0]))
    return np.array(found)


def test_rmsprop_divides_by_the_root_of_nine_tenths_of_the_mean_square_and_a_tenth_of_the_new_one():
    """Gradients 1, -2, 2: mean squares 0.1, 0.49, 0.841, roots 0.3162, 0.7, 0.9171."""
    rate = catalogue.recipe(ENTRY, "pocket", "digits").optimizer["learning_rate"]
    expected = rate * np.cumsum([-1 / 0.1**0.5, 2 / 0.7, -2 / 0.841**0.5])
    np.testing.assert_allclose(positions([1.0, -2.0, 2.0], "digits"), expected, rtol=1e-4)


@pytest.mark.parametrize("name", ["digits-rprop", "digits-rprop-mini-batches"])
def test_rprops_steps_grow_by_a_fifth_and_are_halved(name):
    first = catalogue.recipe(ENTRY, "pocket", name).optimizer["first_step"]
    expected = first * np.cumsum([-1, -1.2, -1.44, 0.72])
    np.testing.assert_allclose(positions([0.1, 9.0, 0.01, -5.0], name), expected, rtol=1e-4)


def test_nine_small_gradients_and_a_large_one_cancel_for_rmsprop_and_not_for_rprop():
    """The gradients' sum is 0, so the weight should stay where it is."""
    for name, least, most in (("digits", -0.15, 0.15), ("digits-rprop-mini-batches", 0.7, 1.0)):
        moves = np.diff(positions(([0.1] * 9 + [-0.9]) * 12, name))[49:109]  # after a start of five rounds
        assert least < -moves.sum() / np.abs(moves).sum() < most
