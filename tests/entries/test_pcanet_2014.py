"""What is particular to PCANet: filters that ignore brightness, and the pictures of them."""

import numpy as np

from benchmarks import catalogue, datasets


def test_filters_are_orthogonal_and_blind_to_brightness_and_the_pictures_show_them() -> None:
    entry = catalogue.load("pcanet_2014")
    model = entry.build(**catalogue.recipe(entry, "pocket", "digits").model)
    data = datasets.load("digits")
    model.fit(data.train["x"][:200], data.train["y"][:200], seed=0)
    for bank in model.banks:
        np.testing.assert_allclose(bank.T @ bank, np.eye(8), atol=1e-5)
        np.testing.assert_allclose(bank.sum(axis=0), 0.0, atol=1e-4)
    images = model.images(data.test["x"][:20])
    inside = (slice(None), slice(None), slice(2, -2), slice(2, -2))  # where no zeros are added
    np.testing.assert_allclose(model.maps(images + 1.0, 2)[inside], model.maps(images, 2)[inside], atol=1e-4)
    assert entry.pictures is not None
    pictures = entry.pictures(model, data, None)
    assert pictures["filters_2"].tiles.shape == (1, 8, 3, 3)
    assert pictures["words"].tiles.shape == (4, 9, 8, 8)
