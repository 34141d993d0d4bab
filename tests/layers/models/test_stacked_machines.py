"""Stacked machines against sums over all states, and the unrolled net against the same sums in NumPy."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.models.stacked_machines import DeepAutoencoder, Machine, means_below
from benchmarks.spec import Data


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def drawn(machine, seed):
    """Give a machine random weights; returns them."""
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=weight.shape) for weight in machine.weights]
    for weight, value in zip(machine.weights, values, strict=True):
        weight.assign(value)
    named = {weight.name: np.asarray(weight.value, "float64") for weight in machine.weights}
    return named["kernel"], named["visible_bias"], named["hidden_bias"]


def test_means_and_free_energy_are_sums_over_all_states_with_one_class_on():
    machine = Machine(5, 3, classes=3)
    kernel, visible_bias, hidden_bias = drawn(machine, 0)
    hidden = np.array(list(itertools.product([0, 1], repeat=3)), "float64")
    visible = np.array(
        [[*pixels, *label] for pixels in itertools.product([0, 1], repeat=2) for label in np.eye(3)]
    )
    joint = np.exp(visible @ kernel @ hidden.T + (visible @ visible_bias)[:, None] + hidden @ hidden_bias)
    energy = np.asarray(machine.free_energy(visible.astype("float32")))
    np.testing.assert_allclose(energy, -np.log(joint.sum(1)), rtol=1e-5)
    given_hidden = joint.T @ visible / joint.sum(0)[:, None]
    np.testing.assert_allclose(
        np.asarray(machine.visible_mean(hidden.astype("float32"))), given_hidden, rtol=1e-4
    )
    given_visible = joint @ hidden / joint.sum(1)[:, None]
    np.testing.assert_allclose(np.asarray(machine(visible.astype("float32"))), given_visible, rtol=1e-4)


def test_linear_hidden_units_have_unit_variance_and_binary_ones_their_mean():
    seed = keras.random.SeedGenerator(0)
    mean = np.tile(np.array([[0.2, 0.9]], "float32"), (20_000, 1))
    linear = np.asarray(Machine(2, 2, linear=True).sample_hidden(mean, seed))
    binary = np.asarray(Machine(2, 2).sample_hidden(mean, seed))
    np.testing.assert_allclose(linear.mean(0), mean[0], atol=0.03)
    np.testing.assert_allclose(np.cov(linear.T), np.eye(2), atol=0.04)
    assert set(np.unique(binary)) == {0.0, 1.0}
    np.testing.assert_allclose(binary.mean(0), mean[0], atol=0.015)


def test_the_unrolled_net_goes_up_and_down_the_same_weights():
    model = DeepAutoencoder((4, 3, 2), (2, 3, 1), 16.0, spread=0.1)
    weights = [drawn(machine, number) for number, machine in enumerate(model.network.machines)]
    x = np.random.default_rng(9).integers(0, 17, (5, 2, 3, 1))
    before = np.asarray(model(x))
    model.begin_stage("machine 2", Data({}, {}, {}), None)
    np.testing.assert_array_equal(np.asarray(model(x)), before)

    model.begin_stage("fine-tuning", Data({}, {}, {}), None)
    state = x.reshape(5, 6) / 16.0
    seen = [state]
    for kernel, _, hidden_bias in weights:
        total = seen[-1] @ kernel + hidden_bias
        seen.append(sigmoid(total))
    for number, (kernel, visible_bias, _) in reversed(list(enumerate(weights))):
        state = total if number == 2 else sigmoid(total)  # the code is linear
        total = state @ kernel.T + visible_bias
    np.testing.assert_allclose(np.asarray(model(x)), total, rtol=1e-4)
    third = model.network.machines[2]
    np.testing.assert_allclose(np.asarray(model.seen_by(third, {"x": x})), seen[2], rtol=1e-5)


def test_a_machine_of_another_stack_is_refused():
    with pytest.raises(ValueError, match="no machine 'stranger'"):
        means_below(Machine(2, 2, name="stranger"), [], np.zeros((1, 2)))
