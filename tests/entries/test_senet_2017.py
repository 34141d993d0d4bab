"""SE-ResNets: what the gates cost and what the pictures of them show."""

import math

import keras
import numpy as np

from benchmarks import catalogue, optimizers
from benchmarks.spec import Data

ENTRY = catalogue.load("senet_2017")


def test_the_gates_weights_are_those_of_equation_5():
    """2 / r times the sum over stages of blocks times squared maps: "about 2.5 million" for 50 layers."""
    dense = [layer for layer in ENTRY.build().layers if isinstance(layer, keras.layers.Dense)][:-1]
    weights = sum(math.prod(layer.kernel.shape) for layer in dense)
    assert weights == 2 / 16 * (3 * 256**2 + 4 * 512**2 + 6 * 1024**2 + 3 * 2048**2)
    assert round(weights / 1e6, 1) == 2.5


def test_the_picture_has_a_row_for_each_class_and_shows_open_gates_white():
    model = ENTRY.build(**catalogue.recipe(ENTRY, "pocket", "digits-8").model)
    sigmoids = [
        layer for layer in model.layers if getattr(layer, "activation", None) is keras.activations.sigmoid
    ]
    for layer, bias in zip(sigmoids, (-100.0, 0.0, 100.0), strict=True):
        layer.kernel.assign(np.zeros(layer.kernel.shape))
        layer.bias.assign(np.full(layer.bias.shape, bias))
    images = np.random.default_rng(0).integers(0, 17, (20, 8, 8, 1)).astype("uint8")
    split = {"x": images, "y": np.arange(20, dtype="int32") % 10}

    def predict(function, arrays, batch_size):
        return {name: np.asarray(value) for name, value in function(model, arrays).items()}

    assert ENTRY.pictures is not None
    tiles = ENTRY.pictures(model, Data(split, split, split), predict)["gates"].tiles
    assert tiles.shape == (1, 3, 10, 16) and tiles.dtype == np.uint8
    assert [set(np.unique(tile)) for tile in tiles[0]] == [{0}, {128}, {255}]


def test_on_imagenet_the_rate_falls_to_a_tenth_every_30_of_100_epochs():
    recipe = catalogue.recipe(ENTRY, "paper", "imagenet")
    steps = 1_281_167 // recipe.batch_size
    optimizer = optimizers.make(recipe.optimizer)
    optimizer.build([keras.Variable(np.zeros(1, "float32"))])
    rates = []
    for epoch in (0, 29.9, 30.1, 59.9, 60.1, 89.9, 90.1):
        optimizer.iterations.assign(int(epoch * steps))
        rates.append(float(np.asarray(optimizer.learning_rate)))
    np.testing.assert_allclose(rates, [0.6, 0.6, 0.06, 0.06, 0.006, 0.006, 0.0006], rtol=1e-5)
    assert recipe.epochs == 100
