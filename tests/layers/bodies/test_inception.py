"""Inception modules: what comes from which branch, against convolutions by hand."""

import keras
import numpy as np

from benchmarks.layers.bodies.inception import Classifiers, auxiliary_classifier, inception

RNG = np.random.default_rng(2014)


def by_hand(x: np.ndarray, layer) -> np.ndarray:
    """Convolution with zeros around the image, and ReLU, pixel by pixel."""
    kernel, bias = (np.asarray(weight.value) for weight in (layer.kernel, layer.bias))
    size = len(kernel)
    padded = np.pad(x, ((0, 0), (size // 2, size // 2), (size // 2, size // 2), (0, 0)))
    y = np.zeros((*x.shape[:3], kernel.shape[-1])) + bias
    for row in range(size):
        for column in range(size):
            y += padded[:, row : row + x.shape[1], column : column + x.shape[2]] @ kernel[row, column]
    return np.maximum(y, 0.0)


def test_a_module_is_four_branches_side_by_side():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((4, 5, 3))
    model = keras.Model(inputs, inception(inputs, (1, 2, 3, 1, 2, 4), "m"))
    for layer in model.layers:
        if hasattr(layer, "bias"):
            layer.bias.assign(RNG.normal(size=layer.bias.shape))
    x = RNG.normal(size=(2, 4, 5, 3)).astype("float32")
    layer = {one.name.removeprefix("m_"): one for one in model.layers}
    around = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    largest = np.max(
        [around[:, row : row + 4, column : column + 5] for row in range(3) for column in range(3)], axis=0
    )
    branches = [
        by_hand(x, layer["1x1"]),
        by_hand(by_hand(x, layer["3x3_reduce"]), layer["3x3"]),
        by_hand(by_hand(x, layer["5x5_reduce"]), layer["5x5"]),
        by_hand(largest, layer["projection"]),
    ]
    np.testing.assert_allclose(np.asarray(model(x)), np.concatenate(branches, axis=-1), rtol=1e-4, atol=1e-5)


def test_the_classifiers_on_the_side_see_four_by_four_averages():
    inputs = keras.Input((14, 14, 512))
    model = keras.Model(inputs, auxiliary_classifier(inputs, 1000))
    assert model.get_layer("auxiliary_pool").output.shape[1:] == (4, 4, 512)
    # 1x1 convolution, 4 * 4 * 128 values to 1024 units, and those to 1000 classes
    assert model.count_params() == 513 * 128 + (2048 + 1) * 1024 + (1024 + 1) * 1000


def test_only_the_first_classifier_is_asked_after_training():
    first, second = RNG.normal(size=(2, 3, 4)).astype("float32")
    layer = Classifiers()
    np.testing.assert_array_equal(np.asarray(layer([first, second])), first)
    np.testing.assert_array_equal(
        np.asarray(layer([first, second], training=True)), np.stack([first, second], axis=1)
    )
