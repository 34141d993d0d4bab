"""LeNet-4: what its one printed sentence says, and its printed totals."""

import math

import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("lenet4_1995")


def test_the_net_has_the_printed_layers_and_about_the_printed_totals():
    model = ENTRY.build()
    shapes = {name: model.get_layer(name).output.shape[1:] for name in ("C1", "S2", "C3", "S4", "F5")}
    assert shapes == {
        "C1": (28, 28, 4),
        "S2": (14, 14, 8),
        "C3": (10, 10, 16),
        "S4": (5, 5, 16),
        "F5": (1, 1, 120),
    }
    connections = 28 * 28 * 4 * 26 + 14 * 14 * 8 * 5 + 5 * 5 * 16 * 5 + 10 * 121
    for name in ("C3", "F5"):
        positions, table = math.prod(shapes[name][:2]), model.get_layer(name).table
        connections += positions * sum(25 * len(maps) + 1 for maps in table)
        used = np.bincount(np.concatenate(table))
        assert used.max() - used.min() <= 1, "every map is used equally often"
        assert all(len(set(maps)) == len(maps) for maps in table)
    assert connections == 258_306
    assert abs(connections - 260_000) < 5000, "about 260,000"


def test_two_subsampled_maps_are_made_of_each_map():
    model = ENTRY.build()
    layer = model.get_layer("S2")
    x = np.random.default_rng(4).normal(size=(2, 4, 4, 4)).astype("float32")
    sums = x.reshape(2, 2, 2, 2, 2, 4).sum(axis=(2, 4))
    coefficients = np.asarray(layer.coefficient.value)
    np.testing.assert_allclose(
        np.asarray(layer(x)), np.repeat(sums, 2, axis=-1) * coefficients, rtol=1e-4, atol=1e-5
    )
