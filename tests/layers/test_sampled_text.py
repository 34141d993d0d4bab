"""Drawn text: a kept state against whole sequences, frequencies against probabilities."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.layers.sampled_text import carried, draw, sampled_text, windowed
from tests.eager import Eager

SYMBOLS = ("\n", ":", "E", "M", "O", "R")
KERNEL = np.random.default_rng(3).normal(size=(6, 6, 6))
"""Logits by the last symbol and the one before it."""


class Bigrams:
    """A host model: logits by the last two symbols, with symbol 0 before the first."""

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        before = np.pad(x[:, :-1], [(0, 0), (1, 0)])
        return KERNEL[before, x]

    def state(self) -> dict[str, np.ndarray]:
        return {}

    def set_state(self, state: Any) -> None: ...

    def parameters(self) -> int:
        return KERNEL.size


def step(model: Any, symbol: Any, state: dict[str, Any]) -> dict[str, Any]:
    """One step of the LSTM below."""
    _, embedding, lstm, output = model.layers
    hidden, (h, c) = lstm.cell(embedding(symbol), [state["h"], state["c"]])
    return {"logits": output(hidden), "h": h, "c": c}


def test_a_kept_state_draws_what_whole_sequences_draw() -> None:
    """Compiled, as in a run."""
    keras.utils.set_random_seed(1)
    wide = keras.initializers.RandomNormal(stddev=2.0)
    inputs = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(6, 4, embeddings_initializer=wide)(inputs)
    x = keras.layers.LSTM(5, return_sequences=True, recurrent_initializer=wide)(x)
    model = keras.Model(inputs, keras.layers.Dense(6, kernel_initializer=wide)(x))
    driver = driver_class(keras.backend.backend())()
    driver.bind(model.variables)
    predict = Predictor(model, driver)
    zeros = {name: np.zeros((1, 5), np.float32) for name in ("h", "c")}
    kept, whole = carried(predict, step, zeros), windowed(predict, 40)
    for symbol in (5, 0, 2, 2):
        np.testing.assert_allclose(kept(symbol), whole(symbol), atol=1e-5)
    texts = [
        sampled_text(predict, read, SYMBOLS, length=30)
        for read in (carried(predict, step, zeros), windowed(predict, 40))
    ]
    assert texts[0] == texts[1]
    assert texts[0].texts[0].startswith("ROMEO:\n") and len(texts[0].texts[0]) == 37


def test_a_window_as_wide_as_the_model_sees_is_enough() -> None:
    predict = Eager(Bigrams())
    assert draw(windowed(predict, 2), [5, 4], 20) == draw(windowed(predict, 30), [5, 4], 20)
    assert draw(windowed(predict, 1), [5, 4], 20) != draw(windowed(predict, 30), [5, 4], 20)


def test_symbols_come_as_often_as_their_probabilities_say() -> None:
    drawn = np.array(draw(windowed(Eager(Bigrams()), 2), [5, 4], 2_000))
    after = drawn[2:][(drawn[:-2] == drawn[0]) & (drawn[1:-1] == drawn[1])]
    truth = np.exp(KERNEL[drawn[0], drawn[1]])
    truth /= truth.sum()
    off = np.bincount(after, minlength=6) / len(after) - truth
    assert len(after) > 30
    assert (np.abs(off) < 4.0 * np.sqrt(truth * (1.0 - truth) / len(after))).all()


def test_words_stand_apart_and_an_unknown_one_is_an_error() -> None:
    read = windowed(Eager(Bigrams()), 2)
    words = ("to", "be", "or", "not", "thee", "thou")
    written = sampled_text(Eager(Bigrams()), read, words, ("or", "not"), 3, " ").texts[0].split(" ")
    assert written[:2] == ["or", "not"] and len(written) == 5 and set(written) <= set(words)
    with pytest.raises(ValueError, match="'R', which the model does not know"):
        sampled_text(Eager(Bigrams()), read, words)
