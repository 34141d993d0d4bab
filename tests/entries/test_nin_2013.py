"""The definitions of the authors, and what the last maps mean."""

import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("nin_2013")


def test_filters_are_those_of_the_authors_definition():
    model = ENTRY.build()
    found = {layer.name: tuple(layer.kernel.shape) for layer in model.layers if hasattr(layer, "kernel")}
    assert found == {
        **{"conv1": (5, 5, 3, 192), "cccp1": (1, 1, 192, 160), "cccp2": (1, 1, 160, 96)},
        **{"conv2": (5, 5, 96, 192), "cccp3": (1, 1, 192, 192), "cccp4": (1, 1, 192, 192)},
        **{"conv3": (3, 3, 192, 192), "cccp5": (1, 1, 192, 192), "cccp6": (1, 1, 192, 10)},
    }
    assert model.get_layer("cccp6").output.shape[1:3] == (8, 8), (
        "the window of the last pooling in the definition"
    )


def test_a_pixel_of_the_last_maps_answers_to_its_surroundings_and_the_score_is_the_mean():
    from benchmarks.entries.convolutional.nin_2013 import last_maps

    model = ENTRY.build(**catalogue.recipes(ENTRY, "pocket")[0].model)
    images = np.random.default_rng(0).integers(0, 17, (4, 8, 8, 1)).astype("uint8")
    maps = np.asarray(last_maps(model, {"x": images})["maps"])
    assert maps.shape == (4, 2, 2, 10)
    np.testing.assert_allclose(np.asarray(model(images)), maps.mean(axis=(1, 2)), rtol=1e-5)


def test_the_last_layer_learns_at_a_tenth_of_the_rate():
    scales = dict(catalogue.recipe(ENTRY, "paper", "cifar10").optimizer["scales"])
    assert scales == {"bias": 2.0, "cccp6": 0.1}
    assert any(
        layer.name == "cccp6" for layer in ENTRY.build(**catalogue.recipes(ENTRY, "pocket")[0].model).layers
    )
