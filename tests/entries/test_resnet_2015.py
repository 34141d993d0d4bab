"""The nets of table 1 and their recipes."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.layers.bodies.residual import imagenet_body

ENTRY = catalogue.load("resnet_2015")
SMALL = {"classes": 10, "input_shape": (32, 32, 3), "scales": None, "pad": 4}


@pytest.mark.parametrize("depth", [18, 34, 50])
def test_a_net_has_as_many_layers_with_weights_as_its_name_says(depth):
    """Counted as the paper does: along the main path, projections on shortcuts left out."""
    model = ENTRY.build(depth, **SMALL)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    adds = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    projections = sum(
        isinstance(add.input[0]._keras_history.operation, keras.layers.BatchNormalization) for add in adds
    )
    assert projections == (4 if depth == 50 else 3)
    assert len(convolutions) - projections + 1 == depth


def test_the_stages_have_the_output_sizes_of_table_1():
    inputs = keras.Input((224, 224, 3))
    model = keras.Model(inputs, imagenet_body(inputs, 18))
    shapes = [tuple(layer.output.shape[1:]) for layer in model.layers if isinstance(layer, keras.layers.Add)]
    assert shapes[1::2] == [(56, 56, 64), (28, 28, 128), (14, 14, 256), (7, 7, 512)]


def test_plain_nets_and_padded_shortcuts_have_the_same_parameters():
    plain, padded, projected = (
        ENTRY.build(18, plain=p, project=q, **SMALL).count_params()
        for p, q in ((True, False), (False, False), (False, True))
    )
    assert plain == padded
    assert projected - padded == sum(
        2 * maps**2 + 8 * maps for maps in (64, 128, 256)
    )  # weights, and four values a map of normalisation


def test_the_paper_tier_has_the_papers_schedule():
    """600,000 iterations of 256; the rate is 0.1 for the first 30 passes over 1,281,167 images."""
    from benchmarks import optimizers

    recipe = catalogue.recipe(ENTRY, "paper", "imagenet")
    steps = 1_281_167 // recipe.batch_size
    assert abs(recipe.epochs * steps - 600_000) < 1000
    optimizer = optimizers.make(recipe.optimizer)
    optimizer.build([keras.Variable(np.zeros(1, "float32"))])
    rates = []
    for epoch in (0, 29, 31, 59, 61, 89, 91):
        optimizer.iterations.assign(epoch * steps)
        rates.append(float(np.asarray(optimizer.learning_rate)))
    np.testing.assert_allclose(rates, [0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.0001], rtol=1e-6)


def test_photographs_are_answered_once_each():
    """Ten windows of each are looked at, and their answers put together; in training there is one."""
    model = ENTRY.build(18, blocks=(1,), width=4, classes=7)
    x = np.random.default_rng(0).integers(0, 256, (2, 256, 256, 3)).astype("uint8")
    assert [tuple(np.asarray(model(x, training=training)).shape) for training in (False, True)] == [
        (2, 7),
        (2, 7),
    ]
    np.testing.assert_allclose(np.exp(np.asarray(model(x, training=False))).sum(axis=-1), 1.0, rtol=1e-4)
