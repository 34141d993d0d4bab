"""LeNet-1 as the paper of 1990 counts it."""

import math

import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("lenet1_1995")


@pytest.fixture(scope="module")
def model():
    return ENTRY.build()


def test_the_net_has_the_units_and_connections_of_the_paper(model):
    """Inputs of each unit and its bias, over all positions: 98,442; 4,635 units, counting the pixels and
    one that is always on.
    """
    shapes = {name: model.get_layer(name).output.shape[1:] for name in ("H1", "H2", "H3", "H4")}
    assert shapes == {"H1": (24, 24, 4), "H2": (12, 12, 4), "H3": (8, 8, 12), "H4": (4, 4, 12)}
    connections = (
        24 * 24 * 4 * 26
        + 12 * 12 * 4 * 5
        + 8 * 8 * sum(25 * len(maps) + 1 for maps in model.get_layer("H3").table)
    )
    connections += 4 * 4 * 12 * 5 + 10 * (192 + 1)
    assert connections == 98_442
    assert 28 * 28 + sum(math.prod(shape) for shape in shapes.values()) + 10 + 1 == 4635


def test_the_table_is_that_of_the_paper(model):
    """Rows: the maps of H2; X where a map of H3 sees it."""
    printed = ("XXX.XX......", ".XXXXX......", "......XXX.XX", ".......XXXXX")
    table = model.get_layer("H3").table
    assert tuple("".join("X" if row in maps else "." for maps in table) for row in range(4)) == printed


@pytest.mark.parametrize("dataset", ["mnist", "usps"])
def test_paper_and_ink_have_the_values_of_lenet_5(dataset):
    build = {recipe.dataset: recipe.model for recipe in ENTRY.recipes}[dataset]
    model = ENTRY.build(**build)
    side = model.input_shape[1]
    paper, ink = (0, 255) if dataset == "mnist" else (-1, 1)
    image = np.full((1, side, side, 1), paper, "float32")
    image[0, side // 2 - 2 : side // 2 + 2, side // 2 - 2 : side // 2 + 2] = ink
    x = image
    for layer in model.layers:
        x = layer(x)
        if layer.name == "input":
            break
    x = np.asarray(x)
    assert x.shape == (1, 28, 28, 1)
    np.testing.assert_allclose([x.min(), x.max()], [-0.1, 1.175], atol=1e-5)
    np.testing.assert_allclose(x[0, 0, 0, 0], -0.1, atol=1e-6)
