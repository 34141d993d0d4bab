"""LeNet-5 as the paper counts it."""

import math

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.layers.convolution.sparse_convolution import C3_TABLE

ENTRY = catalogue.load("lenet5_1998")


@pytest.fixture(scope="module")
def model():
    return ENTRY.build()


def trainable(layer) -> int:
    return sum(math.prod(weight.shape) for weight in layer.trainable_variables)


def test_each_layer_has_the_parameters_that_section_two_prints(model):
    printed = {"C1": 156, "S2": 12, "C3": 1516, "S4": 32, "C5": 48_120, "F6": 10_164, "output": 0}
    assert {name: trainable(model.get_layer(name)) for name in printed} == printed
    assert trainable(model) == 60_000


def test_the_net_has_the_connections_of_the_paper(model):
    """Counted unit by unit: inputs of each unit and its bias, over all positions; 340,908 in all, the
    fixed output codes included.
    """
    positions = {
        name: math.prod(model.get_layer(name).output.shape[1:3]) for name in ("C1", "S2", "C3", "S4")
    }
    connections = {
        "C1": positions["C1"] * 6 * (25 + 1),
        "S2": positions["S2"] * 6 * (4 + 1),
        "C3": positions["C3"] * sum(25 * len(maps) + 1 for maps in C3_TABLE),
        "S4": positions["S4"] * 16 * (4 + 1),
        "C5": 120 * (16 * 25 + 1),
        "F6": 84 * (120 + 1),
        "output": 10 * 84,
    }
    assert (connections["C1"], connections["S2"], connections["S4"]) == (122_304, 5880, 2000)  # as printed
    assert sum(connections.values()) == 340_908


def test_paper_and_ink_have_the_printed_values(model):
    image = np.zeros((1, 28, 28, 1), "uint8")
    image[0, 14, 14] = 255
    x = image
    for layer in model.layers:
        x = layer(x)
        if layer.name == "input":
            break
    x = np.asarray(x)
    assert x.shape == (1, 32, 32, 1)
    np.testing.assert_allclose(np.unique(x), [-0.1, 1.175], rtol=1e-6)
    assert x[0, 16, 16, 0] == x.max(), "two pixels of margin on each side"


def test_the_paper_tier_has_the_papers_schedule():
    """0.0005 for two passes, 0.0002 for three, 0.0001 for three, 0.00005 for four, 0.00001 thereafter, in
    twenty passes.
    """
    recipe = catalogue.recipe(ENTRY, "paper", "mnist")
    rates = recipe.rule_options["rates"]
    assert [rates[min(number, len(rates) - 1)] for number in range(recipe.epochs)] == [5e-4] * 2 + [
        2e-4
    ] * 3 + [1e-4] * 3 + [5e-5] * 4 + [1e-5] * 8
    assert (recipe.rule_options["mu"], recipe.rule_options["samples"], recipe.batch_size) == (0.02, 500, 1)


def test_the_loss_of_a_perfect_state_is_that_of_the_rubbish_class_alone(model):
    """Where F6 equals the code of the class, equation 9 is log(1 + exp(-j)), up to the far classes."""
    from benchmarks.layers.units.rbf_output import codes

    output = model.get_layer("output")
    losses = np.asarray(output.criterion(output(codes()), np.arange(10, dtype="int32")))
    np.testing.assert_allclose(losses, math.log1p(math.exp(-output.rubbish)), rtol=1e-3)


def test_images_are_distorted_in_training_alone():
    """The same weights in the net with and without distortion: the same outputs, except in training."""
    recipe = catalogue.recipe(ENTRY, "standard", "mnist-distorted")
    distorting, plain = ENTRY.build(**recipe.model), ENTRY.build()
    plain.set_weights(distorting.get_weights())
    images = np.random.default_rng(5).integers(0, 256, (8, 28, 28, 1)).astype("uint8")
    expected = np.asarray(plain(images, training=True))
    np.testing.assert_allclose(np.asarray(distorting(images)), expected, rtol=1e-5)
    assert np.abs(np.asarray(distorting(images, training=True)) - expected).max() > 1
