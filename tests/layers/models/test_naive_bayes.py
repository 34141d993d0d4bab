"""Naive Bayes against scikit-learn, against the paper's equations, and by hand."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import BernoulliNB, MultinomialNB

from benchmarks.layers.models.naive_bayes import NaiveBayes

#: Words 4 to 8; 0 pads, 2 is unknown. Two texts of either class.
TEXTS = np.array([[0, 1, 4, 4, 6, 5], [0, 0, 1, 5, 6, 6], [0, 0, 1, 7, 8, 8], [0, 1, 7, 7, 4, 8]])
CLASSES = np.array([0, 0, 1, 1])


def test_words_are_counted_from_one_on() -> None:
    """Equation 6: (1 + count) / (words of the vocabulary + words of the class), both classes with 7 words."""
    model = NaiveBayes(classes=2, words=1, first_word=4)
    model.fit(TEXTS, CLASSES, seed=0)
    assert model.codes.tolist() == [4, 5, 6, 7, 8]
    np.testing.assert_allclose(np.exp(model.weights), np.array([[3, 3, 4, 1, 1], [2, 1, 1, 4, 4]]) / 12)
    np.testing.assert_allclose(np.exp(model.thresholds), 0.5)
    # One 4, two 6, and what no training text has: only the known words speak.
    answer = model(np.array([[6, 4, 6, 2, 19]]))
    np.testing.assert_allclose(np.exp(answer), [[0.5 * 3 * 4 * 4 / 12**3, 0.5 * 2 * 1 * 1 / 12**3]])


def test_what_is_missing_speaks_in_the_bernoulli_model() -> None:
    """Equations 2 and 3: (1 + texts with the word) / (2 + texts), and what is left where it is absent."""
    model = NaiveBayes(classes=2, events="bernoulli", words=1, first_word=4)
    model.fit(TEXTS, CLASSES, seed=0)
    there = np.array([[2, 3, 3, 1, 1], [2, 1, 1, 3, 3]]) / 4
    text = np.array([1, 0, 1, 0, 0], bool)
    wanted = 0.5 * np.where(text, there, 1 - there).prod(axis=1)
    np.testing.assert_allclose(np.exp(model(np.array([[0, 4, 6, 6, 4]]))), wanted[None])


@pytest.mark.parametrize("events", ["multinomial", "bernoulli"])
def test_the_answers_are_those_of_scikit_learn(events: str) -> None:
    found = load_digits()
    x, y = found.images[..., None].astype("uint8"), found.target.astype("int32")
    ours = NaiveBayes(classes=10, events=events, threshold=4.0, smoothing=0.5)
    ours.fit(x[:1000], y[:1000], seed=0)
    theirs = (
        MultinomialNB(alpha=0.5) if events == "multinomial" else BernoulliNB(alpha=0.5, binarize=4.0)
    ).fit(found.data[:1000], y[:1000])
    answers = ours(x[1000:])
    log_probability = answers - np.logaddexp.reduce(answers, axis=1, keepdims=True)
    np.testing.assert_allclose(log_probability, theirs.predict_log_proba(found.data[1000:]), atol=1e-9)


@pytest.mark.parametrize("presence", [False, True])
def test_pairs_are_those_of_scikit_learn(presence: bool) -> None:
    """Random texts of a few words, as text for their reader; padding and start stand in front."""
    rng = np.random.default_rng(0)
    x = rng.integers(4, 12, (60, 15))
    x[np.arange(15) < rng.integers(0, 10, 60)[:, None]] = 0
    y = rng.integers(0, 3, 60)
    texts = [" ".join(f"w{word}" for word in row if word >= 4) for row in x]
    reader = CountVectorizer(ngram_range=(1, 2), binary=presence)
    theirs = MultinomialNB().fit(reader.fit_transform(texts[:40]), y[:40])
    ours = NaiveBayes(classes=3, presence=presence, words=2, first_word=4)
    ours.fit(x[:40], y[:40], seed=0)
    assert len(ours.codes) == len(reader.vocabulary_)
    answers = ours(x[40:])
    log_probability = answers - np.logaddexp.reduce(answers, axis=1, keepdims=True)
    np.testing.assert_allclose(
        log_probability, theirs.predict_log_proba(reader.transform(texts[40:])), atol=1e-9
    )


def test_the_state_is_all_that_was_learned_and_a_class_without_examples_is_never_chosen() -> None:
    model = NaiveBayes(classes=3, words=2, first_word=4)
    assert model.parameters() == 3
    model.fit(TEXTS, CLASSES, seed=0)
    fresh = NaiveBayes(classes=3, words=2, first_word=4)
    fresh.set_state(model.state())
    np.testing.assert_array_equal(fresh(TEXTS), model(TEXTS))
    assert fresh(TEXTS).argmax(axis=1).tolist() == [0, 0, 1, 1]
    assert fresh(np.zeros((1, 6), int)).argmax() < 2
    assert model.parameters() == 3 * len(model.codes) + 3


def test_events_have_two_names() -> None:
    with pytest.raises(ValueError, match="'multinomial' and 'bernoulli'"):
        NaiveBayes(classes=2, events="poisson")
