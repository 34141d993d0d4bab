"""What is particular to char-rnn: its count of weights, its first weights, and what it writes."""

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.spec import Data

ENTRY = catalogue.load("char_rnn_2015")


def test_the_default_net_is_that_of_the_repository_but_for_its_second_biases() -> None:
    by_hand = sum(4 * 128 * (inputs + 1) + 4 * 128 * (128 + 1) for inputs in (65, 128)) + 65 * 129
    model = ENTRY.build()
    assert model.count_params() == by_hand - 2 * 4 * 128
    first = [np.asarray(weight.value) for weight in model.weights]
    assert max(np.abs(value[value != 1.0]).max() for value in first) <= 0.08
    assert sum(int((value == 1.0).sum()) for value in first) == 2 * 128, "forget gates begin open"


def test_it_writes_on_from_the_prompt_and_only_where_it_has_read_text() -> None:
    symbols = sorted(set("ROMEO:\nto be"))
    model = ENTRY.build(symbols=len(symbols), rnn_size=4, num_layers=1)
    driver = driver_class(keras.backend.backend())()
    driver.bind(model.variables)
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, Data({}, {}, {}, {"symbols": symbols}), Predictor(model, driver))
    (text,) = shown["text"].texts
    assert text.startswith("ROMEO:\n") and len(text) == 307 and set(text) <= set(symbols)
    assert ENTRY.pictures(model, Data({}, {}, {}, {"symbols": ["B", "E"]}), None) == {}
