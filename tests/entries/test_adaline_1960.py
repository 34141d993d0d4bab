"""ADALINE: inputs of -1 and +1, and the sum before the threshold as its output."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.entries.threshold import adaline_1960


def test_the_output_is_the_sum_before_the_threshold() -> None:
    model = adaline_1960.build(input_shape=(2,), units=1, scale=2.0, offset=-1.0)
    model.get_layer("adaline").kernel.assign(np.array([[1.0], [3.0]], "float32"))
    model.get_layer("adaline").bias.assign(np.array([0.5], "float32"))
    rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    assert np.asarray(keras.ops.convert_to_numpy(model(rows)))[:, 0].tolist() == [-3.5, 2.5, -1.5, 4.5]


@pytest.mark.parametrize("name", ["noisy_patterns", "digits", "and_2", "xor"])
def test_every_recipe_feeds_it_inputs_between_minus_one_and_one(name: str) -> None:
    recipe = catalogue.recipe(adaline_1960.ENTRY, "pocket", name)
    model = adaline_1960.build(**recipe.model)
    x = datasets.load(recipe.dataset).train["x"]
    for layer in model.layers[:-1]:
        x = layer(x)
    x = np.asarray(keras.ops.convert_to_numpy(x))
    assert (x.min(), x.max()) == (-1.0, 1.0)
