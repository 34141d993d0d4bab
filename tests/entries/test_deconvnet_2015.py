"""The deconvolution network: the mirrored plan, and what the switches are for."""

import keras
import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("deconvnet_2015")
SMALL = {"classes": 3, "input_shape": (16, 16, 1), "plan": ((4, 4), (6, 6), (8, 8, 8)), "units": 10}


def test_the_second_half_mirrors_the_first_as_in_the_authors_net_definition():
    model = ENTRY.build(**SMALL)
    maps = [layer.filters for layer in model.layers if isinstance(layer, keras.layers.Conv2DTranspose)]
    assert maps == [8, 8, 8, 6, 6, 4, 4, 4], "as 512 | 512 512 256 | 128 64 | 64 64 would be"
    normalised = sum(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)
    convolutions = sum(
        isinstance(layer, keras.layers.Conv2D | keras.layers.Conv2DTranspose) for layer in model.layers
    )
    assert (normalised, convolutions) == (17, 18), "all but the scores are normalised"
    assert [layer.name for layer in model.layers if layer.name.startswith(("unpool", "filled"))] == [
        *("unpool3", "filled3", "unpool2", "filled2", "unpool1", "filled1"),
    ]


def test_only_switches_tell_where_in_a_window_the_strongest_pixel_was():
    """A net whose narrow part says the same of every image (its weights are zero) still sees where edges
    are; not without switches.
    """
    rng = np.random.default_rng(0)
    images = rng.uniform(0, 255, (2, 16, 16, 1)).astype("float32")
    for switches in (True, False):
        keras.utils.set_random_seed(0)
        model = ENTRY.build(**SMALL, switches=switches)
        narrow = next(
            layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D) and layer.filters == 10
        )
        narrow.kernel.assign(np.zeros(narrow.kernel.shape))
        for layer in model.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.beta.assign(np.full(layer.beta.shape, 0.5))
        first, second = np.asarray(model(images))
        assert np.allclose(first, second, atol=1e-7) is not switches
