"""MCDNN: columns that learn apart, each from its own view."""

from typing import Any

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.entries.convolutional import mcdnn_2012

ENTRY: Any = catalogue.load("mcdnn_2012")
RNG = np.random.default_rng(35)


def test_a_column_is_the_printed_net():
    """1x29x29-20C4-MP2-40C5-MP3-150N-10N."""
    column = ENTRY.build(widths=(None,)).columns[0]
    shapes = [layer.output.shape[1:] for layer in column.layers]
    for shape in ((29, 29, 1), (26, 26, 20), (13, 13, 20), (9, 9, 40), (3, 3, 40), (150,), (10,)):
        assert shape in shapes


def test_the_loss_is_that_of_each_column_alone():
    keras.utils.set_random_seed(1)
    recipe = catalogue.recipe(ENTRY, "pocket", "digits")
    model = ENTRY.build(**recipe.model)
    batch = {"x": RNG.integers(0, 17, (6, 8, 8, 1)).astype("uint8"), "y": np.arange(6, dtype="int32")}
    total = 0.0
    for column in model.columns:
        logits = np.asarray(column(batch["x"]), "float64")
        total += np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(6), batch["y"]])
    np.testing.assert_allclose(float(ENTRY.loss(model, batch, False)), total, rtol=1e-5)
    assert float(ENTRY.loss(model, batch, True)) != float(ENTRY.loss(model, batch, True)), (
        "distorted anew every time"
    )


def test_columns_see_their_own_widths():
    model = ENTRY.build(widths=(10, 20, None))
    image = np.zeros((1, 28, 28, 1), "uint8")
    image[0, 6:22, 7:21] = 255
    seen = np.asarray(mcdnn_2012.views(model, {"x": image})["seen"])[0, :, :, :, 0]
    assert seen.shape == (3, 29, 29)
    for view, width in zip(seen, (10, 20, 14), strict=True):
        assert abs(view.max(axis=0).sum() - width) < 0.6
        assert abs(view.max(axis=1).sum() - 16) < 1e-3
