"""ZFNet by figure 3, and its pictures."""

import numpy as np

from benchmarks import catalogue
from benchmarks.layers.models.deconvnet import projected, strongest
from benchmarks.layers.normalization.filter_norm import MaxRMS

ENTRY = catalogue.load("zfnet_2013")


def test_maps_have_the_sizes_of_figure_3():
    model = ENTRY.build()
    found = {
        layer.name: layer.output.shape[1] for layer in model.layers if layer.name.startswith(("conv", "pool"))
    }
    assert found == {
        "conv1": 110,
        "pool1": 55,
        "conv2": 26,
        "pool2": 13,
        "conv3": 13,
        "conv4": 13,
        "conv5": 13,
        "pool5": 6,
    }
    assert model.get_layer("fc6").kernel.shape[0] == 9216
    assert isinstance(model.get_layer("conv1").kernel.constraint, MaxRMS)


def test_the_projection_is_of_the_strongest_answer_of_the_asked_map():
    """The answer of a unit of the first layer, projected, is its filter times the answer, where the unit
    looks, and zero elsewhere.
    """
    model = ENTRY.build(**catalogue.recipes(ENTRY, "pocket")[0].model)
    images = np.random.default_rng(0).integers(0, 17, (3, 8, 8, 1)).astype("uint8")
    answers = np.asarray(strongest(model, {"x": images}, "conv1", ("relu1", "relu5"))["relu1"])
    asked = answers.argmax(axis=1).astype("int32")
    shown = projected(model, {"x": images, "map": asked}, "conv1", "relu1")
    maps = np.asarray(model.get_layer("conv1")(shown["window"]))
    kernel = np.asarray(model.get_layer("conv1").kernel.value)
    for number, map in enumerate(asked):
        row, column = np.unravel_index(maps[number, :, :, map].argmax(), (8, 8))
        expected = np.zeros((10, 10), "float32")
        expected[row : row + 3, column : column + 3] = maps[number, row, column, map] * kernel[:, :, 0, map]
        np.testing.assert_allclose(
            np.asarray(shown["projection"])[number, :, :, 0], expected[1:-1, 1:-1], rtol=1e-3, atol=1e-4
        )
