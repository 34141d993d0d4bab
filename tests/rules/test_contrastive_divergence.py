"""Contrastive divergence against a NumPy version of its update, and against exact likelihoods."""

import dataclasses

import keras
import numpy as np
import pytest

from benchmarks.layers.models.restricted_boltzmann_machine import RestrictedBoltzmannMachine
from benchmarks.rules.contrastive_divergence import Learner, directions
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

STAGE = Stage(
    "",
    optimizer={"name": "SGD", "learning_rate": 0.5},
    batch_size=4,
)


def no_loss(model, batch, training):
    raise AssertionError("the rule follows no gradient of a loss")


def learner(model, stage=STAGE):
    return Learner(Context(model, no_loss, stage, Data({}, {}, {}), None, steps=1, seed=3))


def test_the_direction_is_the_difference_of_the_two_correlations():
    model = RestrictedBoltzmannMachine((2,), 1)
    model.kernel.assign([[2.0], [0.0]])
    data, first = np.array([[1.0, 0.0], [1.0, 1.0]], "float32"), np.array([[0.5], [1.0]], "float32")
    visible, last = np.array([[0.0, 1.0], [1.0, 1.0]], "float32"), np.array([[0.25], [0.5]], "float32")
    found = directions(model, data, first, visible, last, weight_decay=0.1)
    # <v h> of the data: (0.5 + 1)/2 and 1/2; after a step: 0.5/2 and (0.25 + 0.5)/2. What is descended is
    # their negative difference.
    expected = [[[0.25 - 0.75 + 0.2], [0.375 - 0.5]], [-0.5, 0.5], [-0.375]]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(one), np.array(other), rtol=1e-6)


def test_with_long_chains_the_step_is_that_of_maximum_likelihood():
    model = RestrictedBoltzmannMachine((4,), 3)
    rng = np.random.default_rng(2)
    weights = [
        rng.normal(scale=0.7, size=w.shape) for w in (model.kernel, model.visible_bias, model.hidden_bias)
    ]
    for weight, value in zip(model.weights, weights, strict=True):
        weight.assign(value)
    x = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]], "float64")
    learner(model, dataclasses.replace(STAGE, rule_options={"steps": 30})).step({"x": np.tile(x, (5000, 1))})
    steps = [np.asarray(w.value) - value for w, value in zip(model.weights, weights, strict=True)]

    states = np.array([[(i >> j) & 1 for j in range(4)] for i in range(16)], "float64")

    def log_likelihood(kernel, visible_bias, hidden_bias):
        def logits(v):
            return v @ visible_bias + np.logaddexp(0, v @ kernel + hidden_bias).sum(-1)

        return logits(x).mean() - np.logaddexp.reduce(logits(states))

    for which, step in enumerate(steps):
        for index in np.ndindex(step.shape):
            up, down = ([w.copy() for w in weights] for _ in range(2))
            up[which][index] += 1e-4
            down[which][index] -= 1e-4
            slope = (log_likelihood(*up) - log_likelihood(*down)) / 2e-4
            assert step[index] == pytest.approx(0.5 * slope, abs=0.01)  # the rate is 0.5


def test_the_learners_variables_repeat_its_course():
    keras.utils.set_random_seed(0)
    model = RestrictedBoltzmannMachine((4,), 3)
    trained = learner(model)
    x = np.random.default_rng(0).integers(0, 2, (8, 4)).astype("float32")
    kept = [np.asarray(v.value).copy() for v in trained.variables]
    trained.step({"x": x})
    once = [np.asarray(v.value).copy() for v in trained.variables]
    for variable, value in zip(trained.variables, kept, strict=True):
        variable.assign(value)
    trained.step({"x": x})
    for variable, value in zip(trained.variables, once, strict=True):
        np.testing.assert_array_equal(np.asarray(variable.value), value)
    assert not np.array_equal(once[0], kept[0])


@pytest.mark.parametrize(
    ("options", "message"), [({"step": 2}, "no option 'step'"), ({"steps": 0}, "must be 1 or more")]
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        learner(RestrictedBoltzmannMachine((4,), 3), dataclasses.replace(STAGE, rule_options=options))
