"""What is particular to n-grams: enough symbols of history, and a text whose chances are known."""

import numpy as np

from benchmarks import catalogue, datasets
from benchmarks.tasks import language_modelling
from tests.eager import Eager

ENTRY = catalogue.load("kneser_ney_1995")


def test_with_three_words_of_history_the_sentences_are_nearly_known() -> None:
    data, scores = datasets.load("sentences"), []
    for order in (1, 2, 4):
        model = ENTRY.build(order=order, symbols=29)
        model.fit(data.train["x"], data.train["y"], seed=0)
        scores.append(language_modelling.evaluate(Eager(model), model, data, "test"))
    entropies = [score["cross_entropy"] for score in scores]
    assert entropies[0] > entropies[1] > entropies[2]
    assert scores[-1]["cosine"] > scores[1]["cosine"] > scores[0]["cosine"]
    # The best that can be reached is the entropy of the true probabilities.
    truth = data.test["likelihood"]
    best = -np.sum(truth * np.log(np.where(truth > 0, truth, 1.0)), axis=-1)[data.test["weight"] > 0].mean()
    assert best < entropies[-1] < 1.2 * best
    assert ENTRY.pictures is not None
    (text,) = ENTRY.pictures(model, data, Eager(model))["text"].texts
    assert len(text.split(" ")) == 61 and set(text.split(" ")) <= set(data.info["symbols"])
