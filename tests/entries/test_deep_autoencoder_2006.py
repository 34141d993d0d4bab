"""The deep autoencoder: its two arms differ by pre-training alone, and its pictures show what they say."""

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.spec import Data
from tests.eager import Eager

ENTRY = catalogue.load("deep_autoencoder_2006")
RECIPES = {
    "pocket": ("digits", "digits-no-pretraining"),
    "standard": ("mnist", "mnist-no-pretraining"),
}


def test_the_arms_are_the_same_net_and_end_with_as_much_fine_tuning() -> None:
    for tier in ("pocket", "standard"):
        full, alone = (catalogue.recipe(ENTRY, tier, name) for name in RECIPES[tier])
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


def test_logistic_components_are_a_linear_code_under_logistic_outputs() -> None:
    """logit = W2ᵀ (W1ᵀ x + b) + c, written out in NumPy."""
    model = ENTRY.build(sizes=(3,), input_shape=(8, 8, 1), scale=16.0)
    x = np.random.default_rng(0).integers(0, 17, (5, 8, 8, 1))
    machine = model.network.machines[0]
    encoder, decoder = (np.asarray(each.value) for each in (machine.kernel, model.network.down[0]))
    code = x.reshape(5, 64) / 16.0 @ encoder + np.asarray(machine.hidden_bias.value)
    logits = code @ decoder + np.asarray(machine.visible_bias.value)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(x)), logits, rtol=1e-5, atol=1e-5)
