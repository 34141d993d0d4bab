"""AdaGrad as the recipes set it, the arms beside it, and the hinge loss, by hand."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets, optimizers
from tests.eager import Eager

ENTRY = catalogue.load("adagrad_2011")


def positions(gradients, recipe):
    """Where weights that start at 0 are after each step with the optimiser of a recipe."""
    optimizer = optimizers.make(recipe.optimizer)
    weights = keras.Variable(np.zeros(len(gradients[0]), "float32"))
    optimizer.build([weights])
    found = []
    for gradient in gradients:
        optimizer.apply([np.array(gradient, "float32")], [weights])
        found.append(np.asarray(weights.value).copy())
    return np.array(found)


@pytest.mark.parametrize(("tier", "name"), [("pocket", "rare_features"), ("standard", "imdb")])
def test_adagrad_divides_by_the_root_of_the_sum_of_squares(tier, name):
    """Gradients 3, 4, 12 have sums of squares of 9, 25 and 169."""
    recipe = catalogue.recipe(ENTRY, tier, name)
    expected = -recipe.optimizer["learning_rate"] * np.cumsum([3 / 3, 4 / 5, 12 / 13])
    np.testing.assert_allclose(positions([[3.0], [4.0], [12.0]], recipe)[:, 0], expected, rtol=1e-5)


def test_a_word_that_comes_late_is_moved_by_a_full_step_and_by_gradient_descent_by_a_hundredth():
    gradients = 99 * [[-1.0, 0.0]] + [[-1.0, -1.0]]
    for name, frequent, rare in (("rare_features", 0.1, 1.0), ("rare_features-sgd", 0.1, 0.1)):
        recipe = catalogue.recipe(ENTRY, "pocket", name)
        rate = recipe.optimizer["learning_rate"]
        rate = rate if isinstance(rate, float) else rate["factor"]
        found = positions(gradients, recipe)
        np.testing.assert_allclose(found[-1] - found[-2], [rate * frequent, rate * rare], rtol=1e-3)


def test_the_loss_is_how_far_the_sum_is_on_the_wrong_side_of_a_margin_of_1():
    """Sums of 0.5 and -2 for the first class, of -0.25 for the second: 1.5, 0 and 1.25."""
    model = ENTRY.build(vocabulary=4, first_word=1)
    model.set_weights([np.array([[0.5], [-2.0], [-0.25]]), np.array(0.0)])
    batch = {"x": np.array([[0, 1], [2, 0], [3, 3]], "int32"), "y": np.array([0, 0, 1], "int32")}
    assert ENTRY.loss is not None
    assert float(ENTRY.loss(model, batch, True)) == pytest.approx((1.5 + 0.0 + 1.25) / 3)


def test_the_picture_tells_what_was_learned_of_features_by_their_rarity():
    """Where the true weights are learned, both lines are the same, and rise as features get rarer."""
    data = datasets.load("rare_features")
    weights = np.array(data.info["weights"], "float32")
    model = ENTRY.build(vocabulary=1_001, first_word=1)
    model.set_weights([weights[:, None], np.array(0.0)])
    expected = np.abs(weights).reshape(20, 50).mean(axis=1)
    assert ENTRY.pictures is not None
    for series in ENTRY.pictures(model, data, Eager(model))["learned"].series:
        np.testing.assert_allclose(series.y, expected / expected.mean(), rtol=1e-5)
