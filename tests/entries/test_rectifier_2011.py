"""Rectifier nets: silent units, paths that are linear, and the penalty on activations."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.entries.feedforward import rectifier_2011

ENTRY = catalogue.load("rectifier_2011")
IMAGES = np.random.default_rng(28).integers(0, 256, (100, 28, 28, 1)).astype("uint8")
LABELS = np.random.default_rng(10).integers(0, 10, 100).astype("int32")


@pytest.mark.parametrize(("name", "silent"), [("mnist", 0.5), ("mnist-tanh", 0.0), ("mnist-softplus", 0.0)])
def test_before_training_half_of_the_rectifiers_are_silent_and_no_other_units(name, silent):
    """Section 3.1 of the paper: about half of the hidden units are exactly zero after a uniform start."""
    model = ENTRY.build(**catalogue.recipe(ENTRY, "standard", name).model)
    *hidden, _ = rectifier_2011.activations(model, IMAGES, False)
    for layer in hidden:
        assert np.mean(np.asarray(layer) == 0) == pytest.approx(silent, abs=0.1)


def test_rectifier_nets_scale_with_their_input_where_there_are_no_biases():
    """Each path is linear: f(a x) = a f(x) for a > 0 (section 2.2)."""
    model = ENTRY.build()
    half = np.asarray(model((IMAGES // 2 * 2 // 2).astype("float32")))
    whole = np.asarray(model((IMAGES // 2 * 2).astype("float32")))
    np.testing.assert_allclose(whole, 2 * half, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("strength", [0.001, 0.0])
def test_the_loss_is_cross_entropy_plus_a_penalty_on_all_activations_in_training(strength):
    assert ENTRY.loss
    model = ENTRY.build(hidden=(7, 5), penalty=strength)
    first, second, last = (layer for layer in model.layers if layer.trainable_variables)
    x = IMAGES.reshape(100, -1) / 255.0
    one = np.maximum(x @ np.asarray(first.kernel.value), 0)
    two = np.maximum(one @ np.asarray(second.kernel.value), 0)
    logits = two @ np.asarray(last.kernel.value)
    log_share = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    error = -log_share[np.arange(100), LABELS].mean()
    penalty = strength * (one.sum(axis=1) + two.sum(axis=1)).mean()
    batch = {"x": IMAGES, "y": LABELS}
    assert float(ENTRY.loss(model, batch, False)) == pytest.approx(error, rel=1e-4)
    assert float(ENTRY.loss(model, batch, True)) == pytest.approx(error + penalty, rel=1e-4)


def test_a_silent_unit_gets_no_gradient_and_an_active_one_all_of_it():
    """The slope of a rectifier is 0 or 1: finite differences of the activation itself."""
    activation = keras.activations.get(ENTRY.build().layers[2].activation)
    x = np.array([-2.0, -0.5, 0.5, 2.0], "float32")
    slope = (np.asarray(activation(x + 1e-2)) - np.asarray(activation(x - 1e-2))) / 2e-2
    np.testing.assert_allclose(slope, [0, 0, 1, 1], atol=1e-4)
