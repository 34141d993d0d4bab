"""The words of IMDB's reviews. Needs a local mirror."""

import numpy as np
import pytest

from benchmarks.datasets.text import imdb, imdb_text
from benchmarks.spec import Data
from tests.datasets.conventions import check_conventions


def test_each_word_is_followed_by_the_next_of_the_same_review(monkeypatch: pytest.MonkeyPatch) -> None:
    """On three reviews in place of 50,000, whose arrays `imdb` has tests for."""
    x = np.array([[0, 0, 1, 9], [1, 8, 7, 6], [0, 1, 2, 5]], np.int32)
    split = {"x": x, "length": np.array([2, 4, 3], np.int32), "y": np.array([0, 1, 1], np.int32)}
    vocabulary = {"vocabulary": [str(i) for i in range(10)], "vocabulary_size": 10}
    monkeypatch.setattr(imdb, "load", lambda id, data_dir: Data(split, split, split, vocabulary))
    data = imdb_text.load("imdb_text")
    check_conventions("imdb_text", data)
    np.testing.assert_array_equal(data.train["x"], x)
    np.testing.assert_array_equal(data.train["y"], [[0, 1, 9, 0], [8, 7, 6, 0], [1, 2, 5, 0]])
    np.testing.assert_array_equal(data.train["weight"], [[0, 0, 1, 0], [1, 1, 1, 0], [0, 1, 1, 0]])
    assert imdb_text.CARDS["imdb_text"].files == imdb.FILES
