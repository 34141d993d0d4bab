"""The zip code net as its paper counts it."""

import math

import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("lecun_zip_1989")


@pytest.fixture(scope="module")
def model():
    return ENTRY.build()


def test_each_layer_has_the_printed_units_connections_and_parameters(model):
    """768 units of 26 inputs, 192 of 201, 30 of 193, 10 of 31: 64,660 connections; with the 256 pixels
    1,256 units.
    """
    printed = {
        "H1": (768, 19_968, 1068),
        "H2": (192, 38_592, 2592),
        "H3": (30, 5790, 5790),
        "output": (10, 310, 310),
    }
    units = 256
    for name, (count, connections, parameters) in printed.items():
        layer = model.get_layer(name)
        assert math.prod(layer.output.shape[1:]) == count
        inputs = 25 * len(layer.table[0]) if hasattr(layer, "table") else layer.kernel.shape[0]
        assert count * (inputs + 1) == connections
        assert sum(math.prod(weight.shape) for weight in layer.trainable_variables) == parameters
        units += count
    assert units == 1256
    assert sum(connections for _, connections, _ in printed.values()) == 64_660


def test_every_map_of_the_first_layer_is_seen_equally_often(model):
    table = model.get_layer("H2").table
    assert all(len(set(maps)) == 8 for maps in table)
    assert np.bincount(np.concatenate(table)).tolist() == [8] * 12


def test_weights_start_within_the_printed_bound(model):
    for name, inputs in (("H1", 25), ("H2", 200), ("H3", 192), ("output", 30)):
        largest = np.abs(np.asarray(model.get_layer(name).kernel.value)).max()
        assert 0.8 * 2.4 / inputs < largest <= 2.4 / inputs * 1.0001


def test_the_standard_tier_is_the_papers_session():
    """23 passes over 7,291 digits, one at a time: 167,693 presentations."""
    recipe = catalogue.recipe(ENTRY, "standard", "usps")
    assert (recipe.epochs, recipe.batch_size, recipe.train_on) == (23, 1, "train+validation")
    assert recipe.epochs * 7291 == 167_693
