"""The sizes that section 3.1 compares, the authors' schedule, and what it means to close a layer's gates."""

import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("highway_2015")
RNG = np.random.default_rng(50)


def test_a_highway_layer_and_a_plain_one_have_about_5000_parameters():
    for arguments in ({}, {"units": 71, "plain": True}):
        shallow, deep = (ENTRY.build(layers=layers, **arguments) for layers in (10, 11))
        assert abs(deep.count_params() - shallow.count_params() - 5_100) <= 12


def test_a_layer_with_closed_gates_is_as_good_as_none():
    """Against the net that is left if the layer is taken out."""
    from benchmarks.entries.feedforward.highway_2015 import without_each_layer

    small = {"units": 12, "activation": "tanh", "input_shape": (2, 4, 1), "scale": 1.0}
    model, shorter = (ENTRY.build(layers=layers, **small) for layers in (5, 4))
    for weight in model.trainable_variables:
        weight.assign(RNG.normal(scale=0.7, size=weight.shape))
    x = RNG.normal(size=(200, 2, 4, 1)).astype("float32")
    seen = x
    for layer in model.layers[:-2]:
        seen = layer(seen)
    labels = np.asarray(model(x)).argmax(axis=1)
    found = without_each_layer(model, np.asarray(seen), labels)
    first, stack, last = (layer for layer in model.layers if layer.trainable_variables)
    for closed in range(4):
        weights = [
            *(np.asarray(weight.value) for weight in first.weights),
            *(np.delete(np.asarray(weight.value), closed, axis=0) for weight in stack.weights),
            *(np.asarray(weight.value) for weight in last.weights),
        ]
        shorter.set_weights(weights)
        wrong = np.asarray(shorter(x)).argmax(axis=1) != labels
        assert found[closed] == pytest.approx(100.0 * wrong.mean(), abs=0.51)  # one example on the edge
    assert found.max() > 10.0


def test_the_paper_tier_takes_the_steps_of_the_authors_solver():
    """mnist_solver.prototxt: the rate falls to a tenth at 60,000 and 120,000 of 180,000 steps."""
    from benchmarks import optimizers

    for name in ("mnist-convolutional", "mnist-convolutional-16"):
        recipe = catalogue.recipe(ENTRY, "paper", name)
        assert recipe.train_on == "train+validation"
        assert recipe.epochs * 60_000 // recipe.batch_size == 180_000
        optimizer = optimizers.make(recipe.optimizer)
        rate = optimizer._learning_rate
        np.testing.assert_allclose([float(rate(step)) for step in (0, 60_001, 120_001)], [1e-2, 1e-3, 1e-4])


def test_the_maps_of_the_convolutional_net_have_the_sizes_of_the_authors_log():
    sides = [layer.output.shape[1] for layer in ENTRY.build(maps=2).layers if "pool" in layer.name]
    assert sides == [12, 6, 3]
