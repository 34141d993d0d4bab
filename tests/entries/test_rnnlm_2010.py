"""What is particular to the recurrent language model: the paper's equations, and classes from the text."""

import keras
import numpy as np

from benchmarks import catalogue, datasets
from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor

ENTRY = catalogue.load("rnnlm_2010")


def compiled(model: keras.Model) -> Predictor:
    driver = driver_class(keras.backend.backend())()
    driver.bind(model.variables)
    return Predictor(model, driver)


def whole(model: keras.Model, batch: dict) -> dict:
    return {"y": model(batch["x"])}


def test_the_equations_of_the_paper() -> None:
    model = ENTRY.build(symbols=5, hidden=3)
    u, w, v = (np.asarray(weight.value, "float64") for weight in model.weights)
    words, state, wanted = [4, 0, 2, 2], np.full(3, 0.1), []
    for word in words:
        state = 1.0 / (1.0 + np.exp(-(u[word] + state @ w)))
        wanted.append(state @ v)
    found = compiled(model)(whole, {"x": np.array([words], "int32")})["y"]
    np.testing.assert_allclose(found[0], wanted, atol=1e-5)


def test_frequent_words_have_classes_of_their_own_and_it_writes() -> None:
    data = datasets.load("sentences")
    model = ENTRY.build(symbols=29, hidden=3, classes=6)
    model.layers[-1].adapt(data.train["x"])
    predict = compiled(model)
    counts = np.bincount(data.train["x"].ravel(), minlength=29)
    of = np.asarray(model.layers[-1].members.value).argmax(axis=1)
    assert (np.diff(of[np.argsort(-counts, kind="stable")]) >= 0).all()
    shares = np.bincount(of, weights=counts, minlength=6) / counts.sum()
    assert shares.max() < 2 / 6 + counts.max() / counts.sum()
    assert ENTRY.pictures is not None
    (text,) = ENTRY.pictures(model, data, predict)["text"].texts
    assert len(text.split(" ")) == 61 and set(text.split(" ")) <= set(data.info["symbols"])
