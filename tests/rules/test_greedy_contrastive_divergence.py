"""Greedy contrastive divergence, worked out by hand where the hidden units are as good as certain."""

import keras
import numpy as np
import pytest

from benchmarks.layers.models.stacked_machines import DeepAutoencoder
from benchmarks.rules.greedy_contrastive_divergence import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def no_loss(model, batch, training):
    raise AssertionError("the rule follows no gradient of a loss")


def learner(model, trains, **options):
    stage = Stage("", trains=trains, rule_options=options, optimizer={"name": "SGD", "learning_rate": 0.5})
    part = next((machine for machine in model.network.machines if machine.name == trains), None)
    return Learner(Context(model, no_loss, stage, Data({}, {}, {}), None, steps=1, seed=3, part=part))


def test_the_step_is_that_worked_out_by_hand_and_leaves_the_layers_below_alone():
    """A hidden unit with a large bias is on in both phases, so that nothing is left to chance."""
    model = DeepAutoencoder((2, 1, 1), (2,), 1.0, spread=0.1)
    below, machine, _ = model.network.machines
    below.kernel.assign([[1.0, 0.0], [0.0, -1.0]])
    machine.kernel.assign([[2.0], [-1.0]])
    machine.visible_bias.assign([0.5, 0.0])
    machine.hidden_bias.assign([40.0])
    own = {weight.path for weight in machine.weights}
    others = [weight for weight in model.weights if weight.path not in own]
    untouched = [np.asarray(weight.value) for weight in others]
    x = np.array([[1.0, 0.0], [0.5, 1.0]], "float32")
    logs = learner(model, "machine_2", steps=2, weight_decay=0.1).step({"x": x})

    seen = 1.0 / (1.0 + np.exp(-x * [1.0, -1.0]))
    again = 1.0 / (1.0 + np.exp(-np.array([2.5, -1.0])))  # what the unit that is on expects to see
    change = 0.5 * (seen.mean(0) - again)
    np.testing.assert_allclose(
        np.asarray(machine.kernel.value)[:, 0],
        np.array([2.0, -1.0]) + change - 0.5 * 0.1 * np.array([2.0, -1.0]),
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        np.asarray(machine.visible_bias.value), np.array([0.5, 0.0]) + change, rtol=1e-5
    )
    np.testing.assert_allclose(np.asarray(machine.hidden_bias.value), [40.0])
    np.testing.assert_allclose(
        float(logs["reconstruction_error"]), np.square(seen - again).sum(1).mean(), rtol=1e-5
    )
    assert len(others) == len(model.weights) - 3
    for before, weight in zip(untouched, others, strict=True):
        np.testing.assert_array_equal(np.asarray(weight.value), before)


def test_a_linear_code_learns_the_direction_of_its_data():
    """With unit variance in the code, contrastive divergence finds the axis along which the data differ."""
    keras.utils.set_random_seed(0)
    model = DeepAutoencoder((1,), (3,), 1.0, spread=0.1)
    trained = learner(model, "machine_1")
    rng = np.random.default_rng(0)
    for _ in range(300):
        on = rng.integers(0, 2, (50, 1))
        trained.step({"x": np.concatenate([on, 1 - on, np.full((50, 1), 0.5)], axis=1).astype("float32")})
    first, second, third = np.asarray(model.network.machines[0].kernel.value)[:, 0]
    assert first * second < 0 and min(abs(first), abs(second)) > 5 * abs(third)


@pytest.mark.parametrize(
    ("trains", "options", "message"),
    [
        ("machine_1", {"step": 2}, "no option 'step'"),
        ("machine_1", {"steps": 0}, "must be 1 or more"),
        ("", {}, "trains one machine of a stack"),
    ],
)
def test_what_cannot_be_trained_is_refused(trains, options, message):
    with pytest.raises(ValueError, match=message):
        learner(DeepAutoencoder((2,), (4,), 1.0, 0.1), trains, **options)
