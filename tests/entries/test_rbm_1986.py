"""What this entry promises beyond the contract: see tests/contract."""

import numpy as np

from benchmarks import catalogue
from tests.eager import Eager


def test_the_pictures_are_filters_and_samples_of_the_images_size():
    entry = catalogue.load("rbm_1986")
    recipe = catalogue.recipe(entry, "pocket", "digits")
    model = entry.build(**recipe.model)
    kernel = np.zeros((64, 64), "float32")
    kernel[5, 0], kernel[6, 0] = 2.0, -1.0
    model.kernel.assign(kernel)
    model.visible_bias.assign(np.where(np.arange(64) < 32, 20.0, -20.0))
    assert entry.pictures is not None
    pictures = entry.pictures(model, None, Eager(model))
    first = pictures["filters"].tiles[0, 0].ravel()
    assert pictures["filters"].tiles.shape == (8, 8, 8, 8)
    assert (first[5], first[6], first[7]) == (255, 64, 128)
    # With such biases every machine dreams that the upper half is on.
    assert pictures["samples"].tiles.shape == (4, 10, 8, 8)
    assert np.all(pictures["samples"].tiles[:, :, :4] == 255)
    assert np.all(pictures["samples"].tiles[:, :, 4:] == 0)


def test_on_mnist_the_arms_differ_in_rule_and_rate_alone():
    recipes = {recipe.variant: recipe for recipe in catalogue.recipes(catalogue.load("rbm_1986"), "standard")}
    plain = recipes[""]
    for recipe in recipes.values():
        assert (recipe.model, recipe.epochs, recipe.batch_size) == (
            plain.model,
            plain.epochs,
            plain.batch_size,
        )
        assert recipe.task_options == plain.task_options
        assert recipe.rule_options["weight_decay"] == plain.rule_options["weight_decay"]
