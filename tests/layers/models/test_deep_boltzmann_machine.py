"""The deep Boltzmann machine against sums over all its states."""

import itertools

import numpy as np
import pytest

from benchmarks.layers.models.deep_boltzmann_machine import DeepBoltzmannMachine
from tests.layers.models.test_stacked_machines import drawn, sigmoid


def states(units):
    return np.array(list(itertools.product([0.0, 1.0], repeat=units)))


def tiny(strength=1.0):
    """A machine 3-2-3 with random weights, and the logarithms of its joint odds [v, h, k]."""
    model = DeepBoltzmannMachine((3,), 2, 3, scale=1.0, spread=0.1)
    w, b, c = drawn(model.lower, 0)
    u, _, d = drawn(model.upper, 1)
    model.upper.kernel.assign(strength * u)
    v, h, k = states(3), states(2), states(3)
    joint = (v @ b)[:, None, None] + (h @ c)[:, None] + k @ d
    return model, joint + (v @ w @ h.T)[:, :, None] + strength * (h @ u @ k.T)


def test_the_layer_between_has_the_free_energy_of_the_sum_over_the_others():
    model, joint = tiny()
    expected = -np.log(np.exp(joint).sum(axis=(0, 2)))
    np.testing.assert_allclose(
        np.asarray(model.hidden_free_energy(states(2).astype("float32"))), expected, rtol=1e-5
    )


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_the_mean_field_bounds_the_free_energy_and_meets_it_where_the_units_are_independent(strength):
    model, joint = tiny(strength)
    exact = -np.log(np.exp(joint).sum(axis=(1, 2)))
    bound = np.asarray(model.free_energy_bound(states(3).astype("float32")))
    assert np.all(bound >= exact - 1e-5)
    if strength == 0.0:
        np.testing.assert_allclose(bound, exact, rtol=1e-5)
    else:
        assert np.all(bound - exact < 0.3) and np.max(bound - exact) > 1e-3


def test_the_means_of_the_mean_field_fit_each_other():
    model, _ = tiny()
    v = states(3)
    logits, between, logits_top = (np.asarray(part) for part in model.mean_field(v.astype("float32"), 60))
    w, c = (np.asarray(weight.value) for weight in (model.lower.kernel, model.lower.hidden_bias))
    u, d = (np.asarray(weight.value) for weight in (model.upper.kernel, model.upper.hidden_bias))
    np.testing.assert_allclose(between, sigmoid(v @ w + sigmoid(logits_top) @ u.T + c), atol=1e-4)
    np.testing.assert_allclose(logits_top, between @ u + d, atol=1e-4)
    np.testing.assert_allclose(between, sigmoid(logits), atol=1e-6)


def test_folded_it_gives_every_state_the_same_energy():
    model, joint = tiny()
    flat = model.flat()
    kernel, outer, hidden = (np.asarray(part) for part in (flat.kernel, flat.visible_bias, flat.hidden_bias))
    for (i, v), (j, h), (m, k) in itertools.product(*(list(enumerate(states(n))) for n in (3, 2, 3))):
        both = np.concatenate([v, k])
        assert both @ outer + h @ hidden + both @ kernel @ h == pytest.approx(joint[i, j, m], abs=1e-4)
    assert (flat.visible, flat.hidden) == (6, 2)


def test_samples_have_the_machines_means():
    model, joint = tiny()
    uniform = np.random.default_rng(0).random((4000, model.latent)).astype("float32")
    odds = np.exp(joint).sum(axis=(1, 2))
    expected = odds @ states(3) / odds.sum()
    np.testing.assert_allclose(np.asarray(model.generate(uniform)).mean(0), expected, atol=0.02)


def test_alone_the_machines_are_told_twice_what_the_other_half_would_tell_them():
    model, _ = tiny()
    w, c = (np.asarray(weight.value) for weight in (model.lower.kernel, model.lower.hidden_bias))
    u, e = (np.asarray(weight.value) for weight in (model.upper.kernel, model.upper.visible_bias))
    v, k = states(3).astype("float32"), states(3).astype("float32")
    seen = np.asarray(model.seen_by(model.upper, {"x": v}))
    np.testing.assert_allclose(seen, sigmoid(2 * v @ w + c), rtol=1e-5)
    np.testing.assert_allclose(np.asarray(model.upper.visible_mean(k)), sigmoid(2 * k @ u.T + e), rtol=1e-5)
    np.testing.assert_array_equal(np.asarray(model.seen_by(model.lower, {"x": v})), v)
