"""Dropout: which units are left out, and that all of them together are the mean of the nets without some."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("dropout_2012")
IMAGES = np.random.default_rng(28).integers(0, 256, (200, 28, 28, 1)).astype("uint8")


def rates(name):
    """The layers that leave something out, in order: by how much."""
    model = ENTRY.build(**catalogue.recipe(ENTRY, "standard", name).model)
    return [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]


@pytest.mark.parametrize(
    ("name", "expected"), [("mnist", [0.2, 0.5, 0.5]), ("mnist-hidden", [0.5, 0.5]), ("mnist-none", [])]
)
def test_each_arm_leaves_out_what_the_paper_says(name, expected):
    assert rates(name) == expected


def test_units_are_left_out_in_training_alone():
    model = ENTRY.build(hidden=(400,), dropped_inputs=0.0, std=0.1)
    inside = keras.Model(model.inputs[0], model.layers[-2].output)
    whole = np.asarray(inside(IMAGES))
    noisy = np.asarray(inside(IMAGES, training=True))
    assert (whole > 0).all()
    assert np.mean(noisy == 0) == pytest.approx(0.5, abs=0.01)
    np.testing.assert_allclose(noisy[noisy > 0], 2 * whole[noisy > 0], rtol=1e-5)
    np.testing.assert_array_equal(np.asarray(inside(IMAGES)), whole)


def test_all_units_together_are_the_geometric_mean_of_all_nets_with_some_left_out():
    """The paper's claim for one hidden layer, over all 16 nets of 4 hidden units."""
    model = ENTRY.build(hidden=(4,), dropped_inputs=0.0, std=2.0, classes=3, input_shape=(2, 2, 1), scale=1.0)
    x = np.random.default_rng(1).normal(size=(5, 2, 2, 1)).astype("float32")
    first, last = (layer for layer in model.layers if layer.trainable_variables)
    hidden = np.asarray(first(x.reshape(5, 4)))
    # In training Keras doubles what remains; the paper's nets have half of these outgoing weights.
    kernel, bias = 2.0 * np.asarray(last.kernel.value), np.asarray(last.bias.value)
    logs = []
    for kept in itertools.product((0.0, 1.0), repeat=4):
        logits = (hidden * np.array(kept)) @ kernel + bias
        logs.append(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))
    mean = np.exp(np.mean(logs, axis=0))
    expected = mean / mean.sum(axis=1, keepdims=True)
    found = np.asarray(keras.ops.softmax(model(x)))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_the_squared_length_of_incoming_weights_is_bounded_in_hidden_units_alone():
    model = ENTRY.build(hidden=(3,), input_shape=(2, 2, 1))
    hidden, output = (layer for layer in model.layers if layer.trainable_variables)
    long = np.array([[3.0, 1.0, 0.0], [4.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 2.0]], "float32")
    bounded = np.asarray(hidden.kernel.constraint(keras.ops.convert_to_tensor(long)))
    np.testing.assert_allclose((bounded**2).sum(axis=0), [15.0, 4.0, 4.0], rtol=1e-4)
    np.testing.assert_allclose(bounded[:2, 0], np.array([0.6, 0.8]) * 15**0.5, rtol=1e-4)
    assert output.kernel.constraint is None


def test_momentum_rises_over_500_passes_of_the_standard_recipe():
    recipe = catalogue.recipe(ENTRY, "standard", "mnist")
    assert recipe.optimizer["ramp_end"] == 500 * 60_000 / recipe.batch_size
    assert recipe.optimizer["learning_rate"]["decay_steps"] == 60_000 / recipe.batch_size


def test_layers_of_one_shape_start_with_different_weights():
    _, second, third, _ = (
        np.asarray(layer.kernel.value).ravel()
        for layer in ENTRY.build(hidden=(50, 50, 50)).layers
        if layer.trainable_variables
    )
    assert abs(np.corrcoef(second, third)[0, 1]) < 0.1
