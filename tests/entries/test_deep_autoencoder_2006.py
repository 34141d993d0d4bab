"""The deep autoencoder: its two arms differ by pre-training alone, and its pictures show what they say."""

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.spec import Data
from tests.eager import Eager

ENTRY = catalogue.load("deep_autoencoder_2006")


def test_the_arms_are_the_same_net_and_end_with_as_much_fine_tuning() -> None:
    for tier in ("pocket", "standard"):
        full, alone = catalogue.recipes(ENTRY, tier)
        assert full.model == alone.model
        last, only = catalogue.stages(full)[-1], catalogue.stages(alone)[-1]
        assert (last.epochs, last.batch_size, last.rule) == (only.epochs, only.batch_size, only.rule)
        assert [stage.trains for stage in full.stages] == [
            "machine_1",
            "machine_2",
            "machine_3",
            "machine_4",
            "",
        ]


def test_pictures_are_images_with_their_reconstructions_and_filters() -> None:
    recipe = catalogue.recipes(ENTRY, "pocket")[0]
    model = ENTRY.build(**recipe.model)
    x = np.random.default_rng(0).integers(0, 17, (12, 8, 8, 1))
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, Data({}, {}, {"x": x}), Eager(model))
    above, below = shown["codes"].tiles
    np.testing.assert_allclose(above, np.round(255.0 * x[:10, ..., 0] / 16.0))
    expected = 255.0 * keras.ops.convert_to_numpy(keras.ops.sigmoid(model(x[:10])))
    np.testing.assert_allclose(below.reshape(10, 64), expected, atol=0.51)
    assert shown["filters"].tiles.shape == (10, 10, 8, 8)
