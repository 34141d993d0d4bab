"""The rule against the gradient of the exact bound of a tiny machine, and its chains against a restart."""

import numpy as np
import pytest

from benchmarks.layers.models.deep_boltzmann_machine import DeepBoltzmannMachine
from benchmarks.rules.mean_field_and_persistent_chains import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage
from tests.layers.models.test_deep_boltzmann_machine import states
from tests.layers.models.test_stacked_machines import drawn


def learner(model, rate=0.5, **options):
    stage = Stage("", rule_options=options, optimizer={"name": "SGD", "learning_rate": rate})
    return Learner(Context(model, lambda *_: None, stage, Data({}, {}, {}), None, steps=1, seed=3))


def test_with_many_long_chains_the_step_climbs_the_bound():
    """At the fixed point of the mean field the bound's slope is the difference of the two statistics."""
    model = DeepBoltzmannMachine((3,), 2, 2, scale=1.0, spread=0.1)
    drawn(model.lower, 0)
    drawn(model.upper, 1)
    x = np.array([[1, 1, 0], [0, 0, 1], [1, 1, 1], [0, 0, 0]], "float32")
    trained = learner(model, chains=40_000, steps=30, updates=60)
    weights = [np.asarray(weight.value, "float64") for weight in trained.weights]
    trained.step({"x": x})
    steps = [np.asarray(after.value) - before for after, before in zip(trained.weights, weights, strict=True)]

    v, h, k = states(3), states(2), states(2)

    def bound(w, b, c, u, d):
        """The mean field's bound with fixed means, which are optimal, so that their own slopes vanish."""
        joint = (v @ b)[:, None, None] + (h @ c)[:, None] + k @ d + (v @ w @ h.T)[:, :, None] + h @ u @ k.T
        energy = x @ b + (means * (x @ w + c)).sum(1) + (means_top * (means @ u + d)).sum(1)
        return energy.mean() - np.log(np.exp(joint).sum())

    model_before = DeepBoltzmannMachine((3,), 2, 2, scale=1.0, spread=0.1)
    for weight, value in zip(learner(model_before).weights, weights, strict=True):
        weight.assign(value)
    _, means, logits_top = (np.asarray(part, "float64") for part in model_before.mean_field(x, 60))
    means_top = 1.0 / (1.0 + np.exp(-logits_top))
    for which, step in enumerate(steps):
        for index in np.ndindex(step.shape):
            up, down = ([value.copy() for value in weights] for _ in range(2))
            up[which][index] += 1e-4
            down[which][index] -= 1e-4
            slope = (bound(*up) - bound(*down)) / 2e-4
            assert step[index] == pytest.approx(0.5 * slope, abs=0.01)


def test_the_chains_go_on_from_where_they_were():
    """Three steps without learning take them as far as three alternations, summed over all states."""
    model = DeepBoltzmannMachine((2,), 1, 1, scale=1.0, spread=0.1)
    model.lower.kernel.assign([[4.0], [2.0]])
    model.lower.hidden_bias.assign([-2.0])
    model.lower.visible_bias.assign([-2.0, -1.0])
    model.upper.kernel.assign([[1.0]])
    trained = learner(model, rate=0.0, chains=20_000, steps=1)
    trained.outer.assign(np.zeros((20_000, 3)))

    kernel = np.array([4.0, 2.0, 1.0])
    outer, chance = states(3), np.eye(8)[0]
    expected = []
    for _ in range(3):
        trained.step({"x": np.zeros((1, 2), "float32")})
        on = chance @ (1.0 / (1.0 + np.exp(-(outer @ kernel - 2.0))))
        given = [1.0 / (1.0 + np.exp(-(hidden * kernel + [-2.0, -1.0, 0.0]))) for hidden in (0.0, 1.0)]
        parts = [np.prod(np.where(outer == 1, mean, 1.0 - mean), axis=1) for mean in given]
        chance = (1.0 - on) * parts[0] + on * parts[1]
        expected.append(chance @ outer)
    np.testing.assert_allclose(np.asarray(trained.outer.value).mean(0), expected[-1], atol=0.015)
    assert np.abs(expected[-1] - expected[0]).max() > 0.1


def test_an_unknown_option_is_refused():
    with pytest.raises(ValueError, match="no option 'chain'"):
        learner(DeepBoltzmannMachine((2,), 2, 2, scale=1.0, spread=0.1), chain=3)
