"""The optimisers that are compared, as the recipes set them, against their papers' equations by hand."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, optimizers

ENTRY = catalogue.load("adam_2014")
GRADIENTS = [np.array(g) for g in ([0.5, -2.0], [1.0, 0.01], [-0.25, 3.0], [0.5, 0.0])]


def by_keras(name, tier="pocket"):
    """Where two weights that start at 1 are after each step with the optimiser of a recipe."""
    optimizer = optimizers.make(catalogue.recipe(ENTRY, tier, name).optimizer)
    weights = keras.Variable(np.ones(2, "float32"))
    optimizer.build([weights])
    found = []
    for gradient in GRADIENTS:
        optimizer.apply([gradient.astype("float32")], [weights])
        found.append(np.asarray(weights.value).copy())
    return np.array(found)


def adam(rate):
    """Algorithm 1 of the paper."""
    mean, square, weights = np.zeros(2), np.zeros(2), np.ones(2)
    for step, gradient in enumerate(GRADIENTS, 1):
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        weights = weights - rate * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        yield weights


def adagrad(rate):
    """Duchi et al. 2011: the sum of all squares."""
    total, weights = np.zeros(2), np.ones(2)
    for gradient in GRADIENTS:
        total = total + gradient**2
        weights = weights - rate * gradient / np.sqrt(total + 1e-8)
        yield weights


def rmsprop(rate):
    """Tieleman and Hinton 2012: nine tenths of the mean square, and a tenth of the new one."""
    square, weights = np.zeros(2), np.ones(2)
    for gradient in GRADIENTS:
        square = 0.9 * square + 0.1 * gradient**2
        weights = weights - rate * gradient / np.sqrt(square + 1e-8)
        yield weights


def nesterov(rate):
    """Momentum that is followed once more before the gradient is taken: Sutskever et al. 2013, rearranged."""
    velocity, weights = np.zeros(2), np.ones(2)
    for gradient in GRADIENTS:
        velocity = 0.9 * velocity - rate * gradient
        weights = weights + 0.9 * velocity - rate * gradient
        yield weights


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("digits", adam),
        ("digits-adagrad", adagrad),
        ("digits-rmsprop", rmsprop),
        ("digits-nesterov", nesterov),
    ],
)
def test_each_arm_takes_the_steps_of_its_paper(name, rule):
    rate = catalogue.recipe(ENTRY, "pocket", name).optimizer["learning_rate"]
    np.testing.assert_allclose(by_keras(name), list(rule(rate)), rtol=1e-5)


def test_the_first_step_of_adam_is_its_rate_whatever_the_gradient():
    """Section 2.1: the step is invariant to the scale of the gradient."""
    rate = catalogue.recipe(ENTRY, "pocket", "digits").optimizer["learning_rate"]
    np.testing.assert_allclose(by_keras("digits")[0], 1 - rate * np.sign(GRADIENTS[0]), rtol=1e-5)


def test_the_rate_of_the_regressions_falls_with_the_root_of_the_step():
    """Section 6.1."""
    recipe = catalogue.recipe(ENTRY, "standard", "mnist-logistic")
    schedule = optimizers.make(recipe.optimizer)._learning_rate
    rates = [float(schedule(step)) for step in (0, 3, 99)]
    assert rates == pytest.approx([0.01, 0.005, 0.001])


def test_logistic_regression_has_no_hidden_layer_and_a_penalty_on_its_weights():
    model = ENTRY.build(**catalogue.recipe(ENTRY, "standard", "mnist-logistic").model)
    (layer,) = (layer for layer in model.layers if layer.trainable_variables)
    assert layer.kernel.shape == (784, 10)
    kernel = np.asarray(layer.kernel.value)
    assert float(sum(model.losses)) == pytest.approx(0.5e-4 * (kernel**2).sum(), rel=1e-4)
