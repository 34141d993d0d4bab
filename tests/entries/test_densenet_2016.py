"""Sizes and recipes of the paper's nets."""

import keras
import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("densenet_2016")


def test_the_net_for_photographs_has_the_output_sizes_of_table_1():
    model = ENTRY.build(
        121,
        growth=32,
        compact=True,
        blocks=(6, 12, 24, 16),
        classes=1000,
        input_shape=(256, 256, 3),
        colours="imagenet",
        pad=None,
    )
    shapes = [
        tuple(layer.output.shape[1:]) for layer in model.layers if isinstance(layer, keras.layers.Concatenate)
    ]
    ends = [shapes[sum(counts) - 1] for counts in ((6,), (6, 12), (6, 12, 24), (6, 12, 24, 16))]
    assert ends == [(56, 56, 256), (28, 28, 512), (14, 14, 1024), (7, 7, 1024)]
    assert sum(isinstance(layer, keras.layers.Conv2D) for layer in model.layers) + 1 == 121


def test_a_net_has_as_many_layers_as_its_depth_says():
    for depth, compact in ((40, False), (22, True)):
        model = ENTRY.build(depth, compact=compact)
        assert sum(isinstance(layer, keras.layers.Conv2D) for layer in model.layers) + 1 == depth


def test_dropout_follows_every_convolution_but_the_first():
    model = ENTRY.build(13, dropout=0.2, pad=0, flip=False)
    followed = [
        layer.input._keras_history.operation
        for layer in model.layers
        if isinstance(layer, keras.layers.Dropout)
    ]
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert {layer.name for layer in followed} == {layer.name for layer in convolutions[1:]}


def test_the_rate_falls_where_the_paper_says():
    """On CIFAR-10 after 150 and 225 of 300 passes over 50,000 images, on ImageNet after 30 and 60 of 90
    over 1,281,167.
    """
    from benchmarks import optimizers

    for name, images, epochs in (
        ("cifar10", 50_000, (149, 151, 224, 226)),
        ("imagenet-compact-121", 1_281_167, (29, 31, 59, 61)),
    ):
        recipe = catalogue.recipe(ENTRY, "paper", name)
        optimizer = optimizers.make(recipe.optimizer)
        optimizer.build([keras.Variable(np.zeros(1, "float32"))])
        rates = []
        for epoch in epochs:
            optimizer.iterations.assign(epoch * (images // recipe.batch_size))
            rates.append(float(np.asarray(optimizer.learning_rate)))
        np.testing.assert_allclose(rates, [0.1, 0.01, 0.01, 0.001], rtol=1e-6)
        assert optimizer.nesterov
