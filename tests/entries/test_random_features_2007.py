"""What is particular to random features: the pictures' curves, and a task that needs the hidden layer."""

import numpy as np

from benchmarks import catalogue, datasets


def test_the_error_of_the_kernel_falls_as_one_over_the_root_of_the_number_of_features() -> None:
    entry = catalogue.load("random_features_2007")
    model = entry.build(**catalogue.recipe(entry, "pocket", "digits").model)
    data = datasets.load("digits")
    model.fit(data.train["x"], data.train["y"], seed=0)
    assert entry.pictures is not None
    measured, expected = entry.pictures(model, data, None)["kernel_error"].series
    assert list(measured.x) == [4, 8, 16, 32, 64, 128, 256]
    np.testing.assert_allclose(expected.y[0] / expected.y[-1], 8.0)
    # One draw of waves that all pairs share: near what is expected, not at it.
    assert np.all(np.abs(np.log2(np.divide(measured.y, expected.y))) < 1)


def test_a_drawn_hidden_layer_is_enough_for_exclusive_or() -> None:
    entry = catalogue.load("random_features_2007")
    model = entry.build(**catalogue.recipe(entry, "pocket", "xor").model)
    data = datasets.load("xor")
    model.fit(data.train["x"], data.train["y"], seed=1)
    np.testing.assert_array_equal(model(data.test["x"]).argmax(axis=1), data.test["y"])
    assert entry.pictures is not None
    assert entry.pictures(model, data, None) == {}
