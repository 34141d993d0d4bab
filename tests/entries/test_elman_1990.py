"""The net of 1990 step by step in NumPy, for inputs that are numbers, and what it shows."""

import keras
import numpy as np

from benchmarks import catalogue, datasets
from tests.eager import Eager

ENTRY = catalogue.load("elman_1990")


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def test_an_image_is_read_row_after_row_and_answered_after_the_last() -> None:
    keras.utils.set_random_seed(0)
    model = ENTRY.build(values=(4, 3, 1), scale=16.0, hidden=5, answers=2, initial=1.0)
    images = np.random.default_rng(0).integers(0, 17, (6, 4, 3, 1)).astype("uint8")
    kernel, context_kernel, bias, out, out_bias = (w.astype("float64") for w in model.get_weights())
    hidden = np.full((6, 5), 0.5)
    for step in range(4):
        hidden = sigmoid(images[:, step, :, 0] / 16.0 @ kernel + bias + hidden @ context_kernel)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(model(images)), sigmoid(hidden @ out + out_bias), rtol=1e-5
    )


def test_pictures_show_the_symbols_or_else_the_passing_of_numbers() -> None:
    assert ENTRY.pictures is not None
    model = ENTRY.build(symbols=7, hidden=15)
    shown = ENTRY.pictures(model, datasets.load("reber"), Eager(model))
    # Nothing follows E, which ends a string, so that no net reads it.
    assert shown["symbols"].tiles.shape == (1, 6, 5, 3)
    assert shown["symbols"].caption.endswith("B, T, P, S, X, V.")
    model = ENTRY.build(values=(8, 8, 1), scale=16.0, hidden=6, answers=10)
    shown = ENTRY.pictures(model, datasets.load("digits"), Eager(model))
    assert shown["hidden"].tiles.shape == (1, 4, 6, 32), (
        "six units downwards, eight steps of four pixels across"
    )
