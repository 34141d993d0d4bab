"""Steps after one example and after several, against back-propagation in NumPy."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.engine.backend import driver_class
from benchmarks.rules import backpropagation
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

ENTRY = catalogue.load("minibatch_sgd_2003")
X = np.random.default_rng(5).integers(0, 17, (4, 2, 2, 1)).astype("uint8")
Y = np.array([0, 2, 1, 2], "int32")


def logistic(sums):
    return 1 / (1 + np.exp(-sums))


def by_hand(weights, batches, rate):
    """The weights after a step on each batch, down the mean gradient of half the squared error."""
    for rows in batches:
        w, b, v, c = weights
        x = X[rows].reshape(len(rows), -1) / 16.0
        hidden = logistic(x @ w + b)
        out = logistic(hidden @ v + c)
        outer = (out - np.eye(3)[Y[rows]]) * out * (1 - out)
        inner = outer @ v.T * hidden * (1 - hidden)
        slopes = (x.T @ inner, inner.sum(axis=0), hidden.T @ outer, outer.sum(axis=0))
        weights = [weight - rate / len(rows) * slope for weight, slope in zip(weights, slopes, strict=True)]
    return weights


@pytest.mark.parametrize("batches", [[[0], [1], [2], [3]], [[0, 1], [2, 3]], [[0, 1, 2, 3]]])
def test_a_pass_is_as_many_steps_as_there_are_batches_each_by_the_mean_gradient_of_its_own(batches):
    keras.utils.set_random_seed(7)
    model = ENTRY.build(hidden=(5,), classes=3, input_shape=(2, 2, 1), scale=16.0)
    stage = Stage("", optimizer={"name": "SGD", "learning_rate": 2.0}, batch_size=len(batches[0]))
    assert ENTRY.loss is not None
    driver = driver_class(str(keras.backend.backend()))()
    rule = backpropagation.Learner(Context(model, ENTRY.loss, stage, Data({}, {}, {}), driver, 4, seed=0))
    driver.bind(rule.variables)
    expected = by_hand([np.asarray(weight.value, "float64") for weight in model.weights], batches, 2.0)
    for rows in batches:
        rule.step({"x": X[rows], "y": Y[rows]})
    for found, right in zip(model.trainable_variables, expected, strict=True):
        np.testing.assert_allclose(np.asarray(found.value), right, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("tier", "name", "examples"), [("pocket", "digits", None), ("standard", "mnist", 50_000)]
)
def test_the_arms_differ_in_batch_and_rate_alone_and_the_last_takes_all_examples(tier, name, examples):
    recipes = [
        catalogue.recipe(ENTRY, tier, f"{name}{arm}") for arm in ("", "-batch-10", "-batch-100", "-whole-set")
    ]
    everything = examples or len(datasets.load(name).train["x"])
    assert [recipe.batch_size for recipe in recipes] == [1, 10, 100, everything]
    assert len({(recipe.epochs, recipe.rule, str(recipe.model), recipe.criterion) for recipe in recipes}) == 1
    assert {tuple(recipe.optimizer) for recipe in recipes} == {("name", "learning_rate")}
