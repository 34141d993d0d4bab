"""One symbol at a time with a kept state, against whole sequences."""

import keras
import numpy as np

from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.layers.recurrent import carried_state
from benchmarks.layers.recurrent.lstm import LSTM
from benchmarks.layers.recurrent.truncated_recurrence import TruncatedRecurrence
from benchmarks.layers.sampled_text import carried, draw, windowed
from benchmarks.layers.units.one_hot import OneHot


def test_kept_and_whole_agree() -> None:
    inputs = keras.Input((None,), dtype="int32")
    x = LSTM(4, initial=2.0)(OneHot(5)(inputs))
    x = TruncatedRecurrence(6, initial=2.0)(keras.layers.Dropout(0.5)(x))
    wide = keras.initializers.RandomNormal(stddev=1.0)
    model = keras.Model(inputs, keras.layers.Dense(5, kernel_initializer=wide)(x))
    driver = driver_class(keras.backend.backend())()
    driver.bind(model.variables)
    predict = Predictor(model, driver)
    start = carried_state.beginning(model)
    assert {array.shape for array in start.values()} == {(1, 4), (1, 6)} and len(start) == 3
    kept, whole = carried(predict, carried_state.step, start), windowed(predict, 20)
    for symbol in (3, 0, 4, 4):
        np.testing.assert_allclose(kept(symbol), whole(symbol), atol=1e-5)
    texts = [
        draw(read, [1, 2], 15)
        for read in (carried(predict, carried_state.step, start), windowed(predict, 20))
    ]
    assert texts[0] == texts[1]
