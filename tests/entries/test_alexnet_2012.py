"""AlexNet by the numbers of sections 3.5 and 5."""

import math

import keras
import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("alexnet_2012")


@pytest.fixture(scope="module")
def model():
    return ENTRY.build()


def test_kernels_have_the_printed_sizes_on_each_card(model):
    """96 kernels of 11x11x3, 256 of 5x5x48, 384 of 3x3x256, 384 of 3x3x192, 256 of 3x3x192."""
    printed = {
        1: (11, 11, 3, 96),
        2: (5, 5, 48, 256),
        3: (3, 3, 256, 384),
        4: (3, 3, 192, 384),
        5: (3, 3, 192, 256),
    }
    for number, (height, width, seen, kernels) in printed.items():
        for card in (1, 2):
            assert model.get_layer(f"conv{number}_{card}").kernel.shape == (height, width, seen, kernels // 2)


def test_layers_have_the_printed_numbers_of_neurons(model):
    """253,440 - 186,624 - 64,896 - 64,896 - 43,264; the first does not fit the kernels of the text, which
    make 290,400.
    """
    counted = [2 * math.prod(model.get_layer(f"conv{number}_1").output.shape[1:]) for number in range(1, 6)]
    assert counted == [290_400, 186_624, 64_896, 64_896, 43_264]


def test_fully_connected_layers_hold_most_of_the_parameters(model):
    sizes = {weight.path: math.prod(weight.shape) for weight in model.trainable_variables}
    share = sum(size for path, size in sizes.items() if path.startswith("fc")) / sum(sizes.values())
    assert share == pytest.approx(0.9617, abs=5e-5)


def test_weights_start_small_and_the_named_biases_at_one(model):
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            ones = layer.name.startswith(("conv2", "conv4", "conv5", "fc6", "fc7"))
            np.testing.assert_array_equal(np.asarray(layer.bias.value), 1.0 if ones else 0.0)
            assert float(np.asarray(layer.kernel.value).std()) == pytest.approx(0.01, rel=0.05)


def test_the_cards_exchange_their_maps_at_the_third_layer_only():
    small = ENTRY.build(**catalogue.recipes(ENTRY, "pocket")[0].model)
    image = np.random.default_rng(0).integers(0, 17, (1, 8, 8, 1)).astype("uint8")
    names = ["conv2_1", "conv2_2", "conv3_1", "conv3_2"]
    inner = keras.Model(small.input, [small.get_layer(name).output for name in names])
    before = [np.asarray(maps) for maps in inner(image)]
    kernel = small.get_layer("conv1_2").kernel
    kernel.assign(-np.asarray(kernel.value))
    changed = [bool(np.any(maps != np.asarray(now))) for maps, now in zip(before, inner(image), strict=True)]
    assert changed == [False, True, True, True]
