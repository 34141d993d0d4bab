"""What is particular to k-means features: sparse codes, and the pictures of centres."""

import numpy as np

from benchmarks import catalogue, datasets


def test_about_half_of_a_code_is_zero_and_the_centres_are_shown() -> None:
    """Section 3.2.2 of the paper: the mean distance as the threshold leaves roughly half of the features."""
    entry = catalogue.load("coates_kmeans_2011")
    model = entry.build(**catalogue.recipe(entry, "pocket", "digits").model)
    data = datasets.load("digits")
    model.fit(data.train["x"][:300], data.train["y"][:300], seed=0)
    patches = model.patches(data.test["x"][:50])
    white = (model.normalized(patches).reshape(-1, patches.shape[-1]) - model.mean) @ model.whitening
    assert 0.3 < np.mean(model.codes(white) > 0) < 0.7
    assert entry.pictures is not None
    tiles = entry.pictures(model, data, None)["centroids"].tiles
    assert tiles.shape == (5, 12, model.patch, model.patch)


def test_the_published_size_has_four_numbers_for_each_centre() -> None:
    model = catalogue.load("coates_kmeans_2011").build()
    assert model.weights.shape == (4 * 1_600 + 1, 10)
