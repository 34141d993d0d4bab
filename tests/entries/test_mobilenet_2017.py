"""MobileNet's multiplications and layers against the paper's tables."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.entries.convolutional.mobilenet_2017 import SHALLOW

ENTRY = catalogue.load("mobilenet_2017")


def multiplications(model) -> dict[str, float]:
    """Multiplications and additions of one image by kind of layer: kernel weights, times the places where
    they are used.
    """
    counts: dict[str, float] = {"depthwise": 0, "1x1": 0, "3x3": 0, "dense": 0}
    for layer in model.layers:
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            counts["depthwise"] += np.prod(layer.kernel.shape) * np.prod(layer.output.shape[1:3])
        elif isinstance(layer, keras.layers.Conv2D):
            counts["1x1" if layer.kernel.shape[0] == 1 else "3x3"] += np.prod(layer.kernel.shape) * np.prod(
                layer.output.shape[1:3]
            )
        elif isinstance(layer, keras.layers.Dense):
            counts["dense"] += np.prod(layer.kernel.shape)
    return counts


@pytest.mark.parametrize(
    ("arguments", "side", "millions"),
    [
        *(
            ({"alpha": alpha}, 224, millions)
            for alpha, millions in ((1.0, 569), (0.75, 325), (0.5, 149), (0.25, 41))
        ),  # table 6
        *(({}, side, millions) for side, millions in ((192, 418), (160, 290), (128, 186))),  # table 7
        ({"separable": False}, 224, 4866),  # table 4
        ({"body": SHALLOW}, 224, 307),  # table 5
        ({"alpha": 0.5}, 160, 76),  # table 9
    ],
)
def test_the_nets_have_the_multiplications_that_the_paper_prints(arguments, side, millions):
    model = ENTRY.build(**arguments, input_shape=(side, side, 3))
    assert sum(multiplications(model).values()) / 1e6 == pytest.approx(
        millions, abs=max(0.6, 0.003 * millions)
    )


def test_1x1_convolutions_have_the_share_of_the_work_that_table_2_prints():
    model = ENTRY.build()
    counts = multiplications(model)
    assert round(100 * counts["1x1"] / sum(counts.values()), 1) == pytest.approx(94.86, abs=0.1)
    layers = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D | keras.layers.Dense)
    ]
    assert len(layers) == 28  # section 3.2


def test_photographs_are_cut_to_the_resolution_of_the_variant():
    sides = {recipe.variant: recipe.model["crop"] for recipe in catalogue.recipes(ENTRY, "paper")}
    assert {sides.pop(name) for name in ("192", "160", "128")} == {192, 160, 128} and set(sides.values()) == {
        224
    }
    assert ENTRY.build(**{**catalogue.recipe(ENTRY, "paper", "imagenet-128").model, "alpha": 0.25}).layers[
        -2
    ].output.shape == (None, 256)


def test_depthwise_filters_are_not_decayed():
    """Section 3.2."""
    for layer in ENTRY.build(alpha=0.25).layers:
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            assert layer.depthwise_regularizer is None
        elif isinstance(layer, keras.layers.Conv2D):
            assert layer.kernel_regularizer is not None
