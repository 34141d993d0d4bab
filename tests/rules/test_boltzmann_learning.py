"""The rule of the Boltzmann machine against the gradient of the exact likelihood, and what it keeps."""

import dataclasses
import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.models.boltzmann_machine import BoltzmannMachines
from benchmarks.rules.boltzmann_learning import Learner, Numbers
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

OPTIONS = {
    "weight_step": 2.0,
    "annealings": 2,
    "on_to_off": 0.15,
    "off_to_on": 0.05,
    "schedule": ((2, 20.0), (2, 15.0), (4, 10.0)),
    "collect": 10,
}
STAGE = Stage("", rule_options=OPTIONS, batch_size=2)
PATTERNS = np.eye(2, dtype="float32")


def no_loss(model, batch, training):
    raise AssertionError("the rule follows no gradient of a loss")


def learner(model, **options):
    stage = dataclasses.replace(STAGE, rule_options=OPTIONS | options)
    return Learner(Context(model, no_loss, stage, Data({}, {}, {}), None, steps=1, seed=3))


def test_the_statistics_differ_as_the_exact_likelihood_rises():
    """Equation 9: dG/dw = -(p - p') / T, G summed over all states of a 2-1-2 machine in its noisy world."""
    model = BoltzmannMachines(group=2, hidden=1)
    links = np.random.default_rng(0).normal(scale=8.0, size=(6, 6)) * np.triu(model.linked())
    links = links + links.T
    model.links.assign(links[None])
    states = np.array([(*s, 1) for s in itertools.product([0, 1], repeat=5)], "float64")
    visible = states[::2, :4]
    environment = np.mean(
        [
            np.prod(np.where(visible == 1, on, 1 - on), axis=1)
            for on in (np.where(np.tile(pattern, 2) > 0, 0.85, 0.05) for pattern in PATTERNS)
        ],
        axis=0,
    )

    def divergence(links):
        logits = 0.5 * np.einsum("si,ij,sj->s", states, links, states) / model.temperature
        of_visible = np.logaddexp.reduce(logits.reshape(-1, 2), axis=1) - np.logaddexp.reduce(logits)
        return environment @ (np.log(environment) - of_visible)

    rule = learner(model, annealings=4000)
    numbers = Numbers(rule._draw(8000))
    clamped = rule.noisy(numbers, keras.ops.convert_to_tensor(PATTERNS))
    awake, free = rule.together(numbers, 8000, clamped), rule.together(numbers, 8000)
    apart = keras.ops.convert_to_numpy(awake - free)[0]
    for i, j in zip(*np.nonzero(np.triu(model.linked())), strict=True):
        up, down = links.copy(), links.copy()
        for one, other in ((i, j), (j, i)):
            up[one, other] += 1e-3
            down[one, other] -= 1e-3
        slope = (divergence(up) - divergence(down)) / 2e-3
        assert apart[i, j] == pytest.approx(-model.temperature * slope, abs=0.015)


def test_weights_change_by_the_fixed_step_and_stay_symmetric_where_units_are_linked():
    model = BoltzmannMachines(group=2, hidden=2, machines=20)
    rule = learner(model, schedule=((2, 10.0),), collect=4)
    for _ in range(2):
        rule.step({"x": PATTERNS})
    links = np.asarray(model.links.value)
    np.testing.assert_array_equal(links, links.transpose(0, 2, 1))
    assert set(np.unique(links)) <= {-4, -2, 0, 2, 4}
    assert not links[:, model.linked() == 0].any()
    assert links[:, 0, 1].mean() < 0, "units of a group learn to silence one another first"
    assert np.asarray(model.cycles.value) == 2


def test_hidden_units_that_are_not_connected_keep_their_weights():
    model = BoltzmannMachines(group=2, hidden=2)
    learner(model, connected=False, schedule=((2, 10.0),), collect=4).step({"x": PATTERNS})
    links = np.asarray(model.links.value)[0]
    assert links[0, 1] != 0 and not links[4:6].any() and not links[:, 4:6].any()


def test_without_noise_the_patterns_are_clamped_as_they_are():
    rule = learner(BoltzmannMachines(group=2, hidden=1), on_to_off=0.0, off_to_on=0.0)
    clamped = keras.ops.convert_to_numpy(
        rule.noisy(Numbers(rule._draw(4)), keras.ops.convert_to_tensor(PATTERNS))
    )
    np.testing.assert_array_equal(clamped[3, 0], np.tile(PATTERNS, (2, 2)))


def test_the_variables_repeat_the_course():
    model = BoltzmannMachines(group=2, hidden=2)
    rule = learner(model)
    kept = [np.asarray(v.value).copy() for v in rule.variables]
    rule.step({"x": PATTERNS})
    once = [np.asarray(v.value).copy() for v in rule.variables]
    for variable, value in zip(rule.variables, kept, strict=True):
        variable.assign(value)
    rule.step({"x": PATTERNS})
    for variable, value in zip(rule.variables, once, strict=True):
        np.testing.assert_array_equal(np.asarray(variable.value), value)
    assert np.asarray(model.links.value).any()


def test_what_is_not_an_option_is_refused():
    with pytest.raises(ValueError, match="no option 'rate'"):
        learner(BoltzmannMachines(), rate=1.0)
    with pytest.raises(ValueError, match="trains Boltzmann machines, not a Dense"):
        learner(keras.layers.Dense(1))
