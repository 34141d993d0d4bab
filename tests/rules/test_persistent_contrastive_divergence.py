"""Persistent chains against the exact gradient of the likelihood, and against the chain's own transitions."""

import itertools

import numpy as np
import pytest

from benchmarks.layers.models.restricted_boltzmann_machine import RestrictedBoltzmannMachine
from benchmarks.rules.persistent_contrastive_divergence import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def learner(model, rate, **options):
    stage = Stage("", rule_options=options, optimizer={"name": "SGD", "learning_rate": rate})
    return Learner(Context(model, lambda *_: None, stage, Data({}, {}, {}), None, steps=1, seed=3))


def states(units):
    return np.array(list(itertools.product([0.0, 1.0], repeat=units)))


def test_once_the_chains_have_settled_the_step_is_that_of_maximum_likelihood():
    model = RestrictedBoltzmannMachine((3,), 2)
    rng = np.random.default_rng(2)
    weights = [rng.normal(size=weight.shape) for weight in model.weights]
    for weight, value in zip(model.weights, weights, strict=True):
        weight.assign(value)
    x = np.array([[1, 1, 0], [0, 0, 1], [1, 1, 1], [0, 0, 0]], "float64")
    resting = learner(model, 0.0, chains=40_000)
    for _ in range(15):  # the chains go on from step to step while nothing is learned
        resting.step({"x": x.astype("float32")})
    moving = learner(model, 0.5, chains=40_000, weight_decay=0.1)
    moving.chains.assign(resting.chains)
    moving.step({"x": x.astype("float32")})
    steps = [np.asarray(weight.value) - value for weight, value in zip(model.weights, weights, strict=True)]

    def log_likelihood(kernel, visible_bias, hidden_bias):
        def odds(v):
            return v @ visible_bias + np.logaddexp(0, v @ kernel + hidden_bias).sum(-1)

        return odds(x).mean() - np.logaddexp.reduce(odds(states(3))) - 0.05 * np.square(kernel).sum()

    names = [weight.name for weight in model.weights]
    order = [names.index(name) for name in ("kernel", "visible_bias", "hidden_bias")]
    for which, step in enumerate(steps):
        for index in np.ndindex(step.shape):
            up, down = ([value.copy() for value in weights] for _ in range(2))
            up[which][index] += 1e-4
            down[which][index] -= 1e-4
            slope = (
                log_likelihood(*(up[i] for i in order)) - log_likelihood(*(down[i] for i in order))
            ) / 2e-4
            assert step[index] == pytest.approx(0.5 * slope, abs=0.01)


def test_a_step_takes_the_chains_as_many_alternations_as_it_says():
    model = RestrictedBoltzmannMachine((2,), 1)
    kernel, visible_bias = np.array([4.0, 2.0]), np.array([-2.0, -1.0])
    model.kernel.assign(kernel[:, None])
    model.visible_bias.assign(visible_bias)
    model.hidden_bias.assign([-2.0])
    trained = learner(model, 0.0, chains=20_000, steps=2)
    trained.chains.assign(np.zeros((20_000, 2)))
    trained.step({"x": np.zeros((1, 2), "float32")})
    chance, means = np.eye(4)[0], []
    for _ in range(3):
        on = chance @ (1.0 / (1.0 + np.exp(-(states(2) @ kernel - 2.0))))
        given = [1.0 / (1.0 + np.exp(-(hidden * kernel + visible_bias))) for hidden in (0.0, 1.0)]
        parts = [np.prod(np.where(states(2) == 1, mean, 1.0 - mean), axis=1) for mean in given]
        chance = (1.0 - on) * parts[0] + on * parts[1]
        means.append(chance @ states(2))
    found = np.asarray(trained.chains.value).mean(0)
    np.testing.assert_allclose(found, means[1], atol=0.012)
    assert np.abs(found - means[0]).max() > 0.03 and np.abs(found - means[2]).max() > 0.02


def test_an_unknown_option_is_refused():
    with pytest.raises(ValueError, match="no option 'step'"):
        learner(RestrictedBoltzmannMachine((2,), 2), 0.1, step=3)
