"""Opinions read by their grammar."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.text.opinions import ADJECTIVES, successors
from tests.datasets.conventions import check_conventions


@pytest.mark.parametrize("id", ["opinions", "opinions_text"])
def test_conventions(id):
    check_conventions(id, datasets.load(id))


def test_every_clause_of_an_opinion_means_the_same_and_that_is_its_label():
    data = datasets.load("opinions")
    symbols = data.info["symbols"]
    turned = 0
    for row, label in zip(data.train["x"], data.train["y"], strict=True):
        words = [symbols[i] for i in row if i]
        assert words[0] == "<start>" and symbols[row[-1]] == words[-1]
        for clause in " ".join(words[1:]).split(" , "):
            _, *negated, adjective = clause.split()
            assert negated in ([], ["not"])
            assert (
                (adjective in ADJECTIVES[1]) != bool(negated)
                if label
                else ((adjective in ADJECTIVES[0]) != bool(negated))
            )
            turned += bool(negated)
    assert abs(turned / 8000 - 0.125) < 0.02 and abs(data.train["y"].mean() - 0.5) < 0.06


def test_text_has_the_words_of_the_labelled_opinions_and_no_labels():
    labelled, text = datasets.load("opinions"), datasets.load("opinions_text")
    np.testing.assert_array_equal(labelled.train["x"], text.train["x"])
    found = successors(np.array([[0, 1, 5, 7]], np.int32))
    np.testing.assert_array_equal(found["y"], [[1, 5, 7, 0]])
    np.testing.assert_array_equal(found["weight"], [[0, 1, 1, 0]])
