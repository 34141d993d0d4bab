"""The machine's probabilities against sums over all joint states of its energy."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.models.restricted_boltzmann_machine import RestrictedBoltzmannMachine, gibbs_leg
from benchmarks.tasks.protocol import Autoencoder, Generator


@pytest.fixture
def machine():
    """Four visible and three hidden units with large random weights."""
    model = RestrictedBoltzmannMachine((4,), 3)
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(size=weight.shape))
    return model


def joint(model):
    """exp(v·b + h·c + v·W·h) for all states: float64 [16, 8], and the states."""
    kernel, b, c = (
        np.asarray(w.value).astype("float64") for w in (model.kernel, model.visible_bias, model.hidden_bias)
    )
    v = np.array(list(itertools.product([0, 1], repeat=4)), "float64")
    h = np.array(list(itertools.product([0, 1], repeat=3)), "float64")
    return np.exp((v @ b)[:, None] + (h @ c)[None] + v @ kernel @ h.T), v, h


def test_free_energies_sum_over_the_other_layer(machine):
    weights, v, h = joint(machine)
    visible = keras.ops.convert_to_numpy(machine.free_energy(v.astype("float32")))
    hidden = keras.ops.convert_to_numpy(machine.hidden_free_energy(h.astype("float32")))
    np.testing.assert_allclose(visible, -np.log(weights.sum(1)), rtol=1e-5)
    np.testing.assert_allclose(hidden, -np.log(weights.sum(0)), rtol=1e-5)


def test_conditional_probabilities_are_those_of_the_joint_distribution(machine):
    weights, v, h = joint(machine)
    up = keras.ops.convert_to_numpy(machine.hidden_probability(v.astype("float32")))
    down = keras.ops.convert_to_numpy(machine.visible_probability(h.astype("float32")))
    np.testing.assert_allclose(up, weights @ h / weights.sum(1, keepdims=True), rtol=1e-5)
    np.testing.assert_allclose(down, weights.T @ v / weights.sum(0)[:, None], rtol=1e-5)


def test_gibbs_sampling_reaches_the_equilibrium(machine):
    weights = joint(machine)[0]
    rng = np.random.default_rng(1)
    chains, steps = 20_000, 30
    start = np.ones((chains, 4), "float32")
    uniforms = [rng.random((steps, chains, units), "float32") for units in (3, 4)]
    sampled = keras.ops.convert_to_numpy(gibbs_leg(machine, start, *uniforms)["visible"])
    found = np.bincount((sampled @ [8, 4, 2, 1]).astype(int), minlength=16) / chains
    np.testing.assert_allclose(found, weights.sum(1) / weights.sum(), atol=0.015)


@pytest.mark.parametrize("protocol", [Autoencoder, Generator])
def test_it_can_be_asked_for_reconstructions_and_samples_too(machine, protocol):
    assert isinstance(machine, protocol)


def test_samples_are_drawn_from_the_equilibrium(machine):
    weights, v, _ = joint(machine)
    uniform = np.random.default_rng(2).random((4_000, machine.latent), "float32")
    drawn = keras.ops.convert_to_numpy(machine.generate(uniform))
    assert drawn.shape == (4_000, 4) and drawn.min() >= 0.0 and drawn.max() <= 1.0
    np.testing.assert_allclose(drawn.mean(0), weights.sum(1) @ v / weights.sum(), atol=0.02)


def test_grey_values_are_given_back_by_mean_fields(machine):
    grey = np.random.default_rng(3).random((5, 4))
    kernel, b, c = (np.asarray(w.value).astype("float64") for w in machine.trainable_weights)
    hidden = 1 / (1 + np.exp(-(grey @ kernel + c)))
    logits = hidden @ kernel.T + b
    restored = keras.ops.convert_to_numpy(machine.reconstruct(grey.astype("float32")))
    np.testing.assert_allclose(restored, 1 / (1 + np.exp(-logits)), rtol=1e-5)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(machine(grey.astype("float32"))), logits, rtol=1e-4)


def test_visible_biases_start_from_the_rates_of_the_training_data():
    model = RestrictedBoltzmannMachine((2, 2, 1), 3, scale=16.0)
    x = np.zeros((99, 2, 2, 1), "uint8")
    x[:, 0, 0] = 16
    x[:, 0, 1] = 8
    model.adapt(x)
    rates = 1 / (1 + np.exp(-np.asarray(model.visible_bias.value)))
    np.testing.assert_allclose(rates, [0.995, 0.5, 0.005, 0.005], rtol=1e-4)
