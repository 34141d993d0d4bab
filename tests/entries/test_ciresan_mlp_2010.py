"""What is particular to the deep, big, simple nets."""

import numpy as np

from benchmarks import catalogue
from benchmarks.entries.feedforward import ciresan_mlp_2010

ENTRY = catalogue.load("ciresan_mlp_2010")


def test_the_counted_weights_are_those_that_the_paper_rounds():
    """In millions; the paper cuts 1.347 to 1.34 and 3.269 to 3.26, and does not round up."""
    for count in ENTRY.parameters:
        assert count.published is not None
        assert 0 <= count.trainable - count.published < 10_000


def test_the_weights_and_the_input_lie_in_the_paper_s_ranges():
    model = ENTRY.build(hidden=(30, 20))
    for layer in model.layers:
        if layer.trainable_variables:
            kernel = np.asarray(layer.kernel.value)
            assert 0.045 < np.abs(kernel).max() <= 0.05
    ink = np.full((1, 28, 28, 1), 255, "uint8")
    for layer in model.layers[:3]:
        ink = layer(ink)
    field = np.asarray(ink)[0, :, :, 0]
    assert field.shape == (29, 29) and (field[:28, :28] == 1).all() and (field[28] == -1).all()


def test_only_training_distorts_and_every_time_anew():
    model = ENTRY.build(**catalogue.recipe(ENTRY, "pocket", "digits").model)
    x = np.random.default_rng(0).integers(0, 17, (4, 8, 8, 1)).astype("uint8")
    np.testing.assert_array_equal(model(x), model(x))
    first, second = (ciresan_mlp_2010.distorted(model, {"x": x}) for _ in range(2))
    assert np.abs(np.asarray(first["distorted"]) - np.asarray(second["distorted"])).max() > 0.1
    np.testing.assert_array_equal(first["seen"], second["seen"])
