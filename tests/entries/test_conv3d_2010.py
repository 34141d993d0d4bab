"""The net of figure 3, layer by layer."""

import math

import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("conv3d_2010")


@pytest.fixture(scope="module")
def model():
    return ENTRY.build()


def test_each_layer_has_the_parameters_that_add_up_to_the_printed_number(model):
    found = {"C2": 0, "S3": 0, "C4": 0, "S5": 0, "C6": 0, "output": 0}
    for layer in model.layers:
        kind = layer.name.split("_")[0]
        if kind in found:
            found[kind] += sum(math.prod(weight.shape) for weight in layer.trainable_variables)
    assert found == {"C2": 1_480, "S3": 92, "C4": 3_810, "S5": 156, "C6": 289_536, "output": 384}


def test_maps_have_the_sizes_of_the_figure(model):
    """33 maps of 60x40, 23*2 of 54x34, 23*2 of 27x17, 13*6 of 21x12, 13*6 of 7x4, 128 of 1x1."""
    counts: dict[str, dict[tuple, int]] = {}
    for layer in model.layers:
        kind = layer.name.split("_")[0]
        if kind in ("C2", "S3", "C4", "S5"):
            _, t, h, w, c = layer.output.shape
            counts.setdefault(kind, {}).setdefault((h, w), 0)
            counts[kind][h, w] += t * c
    assert counts == {"C2": {(54, 34): 46}, "S3": {(27, 17): 46}, "C4": {(21, 12): 78}, "S5": {(7, 4): 78}}
    assert sum(part.shape[1] for part in model.get_layer("H1").output) == 33
    assert model.get_layer("C6").output.shape == (None, 128)
