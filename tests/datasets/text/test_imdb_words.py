"""The questions of analogy; the reviews are those of `imdb`, which has tests of its own."""

import numpy as np

from benchmarks import datasets
from benchmarks.datasets.text.imdb_words import FIRST_WORD, PAIRS, questions


def test_any_two_pairs_of_a_relation_make_a_question():
    words = sorted({word for pairs in PAIRS.values() for word in pairs.replace(",", "").split()})
    asked = questions({word: i for i, word in enumerate(words)})
    assert len(asked) == 8 * 10 * 9 == len({tuple(one) for one in asked})
    named = [[words[i] for i in one] for one in asked]
    assert ["man", "woman", "king", "queen"] in named and ["king", "queen", "man", "woman"] in named
    assert all(len(set(one)) >= 3 for one in named)


def test_the_numbers_are_those_of_the_reviews(data_dir):
    data = datasets.load("imdb_words", data_dir)
    names = data.info["vocabulary"]
    assert data.train["x"].shape == (20_000, 400) and set(data.train) == {"x"}
    assert names.index("the") == FIRST_WORD == data.info["first_word"]
    assert [names[i] for i in data.info["analogies"][0]] == ["man", "woman", "boy", "girl"]
    # Every word of a question is in the text that trains.
    assert np.isin(np.array(data.info["analogies"]), data.train["x"]).all()
