"""The published size; the pictures of vectors that are known."""

import numpy as np

from benchmarks.entries.feedforward import word2vec_2013
from benchmarks.entries.feedforward.word2vec_2013 import ENTRY
from benchmarks.spec import Data
from benchmarks.tasks import word_vectors


def test_two_tables_and_nothing_else():
    (count,) = ENTRY.parameters
    assert count.trainable == 2 * 692_000 * 300
    model = word2vec_2013.build(vocabulary=7, width=4, listed=8)
    assert [tuple(weights.shape) for weights in model.trainable_weights] == [(7, 4), (7, 4)]


def test_the_rate_ends_with_the_last_step():
    """Steps of all passes: 20 over the windows of the sentences, 5 over 20,000 reviews."""
    from benchmarks import datasets

    windows = {"sentences": len(datasets.load("sentences").train["x"]), "imdb_words": 20_000}
    for recipe in ENTRY.recipes:
        steps = recipe.epochs * (windows[recipe.dataset] // recipe.batch_size)
        assert recipe.optimizer["learning_rate"]["decay_steps"] == steps


def test_pictures_show_the_likeness_in_the_order_of_the_classes_or_the_nearest_words(monkeypatch):
    unit = np.eye(3)[[0, 1, 1]]
    monkeypatch.setattr(word_vectors, "directions", lambda predict: unit)
    info = {"symbols": ["a", "b", "c"], "categories": {"one": ["c", "b"], "two": ["a", "c"]}}
    picture = word2vec_2013.pictures(None, Data({}, {}, {}, info), None)["likeness"]
    assert picture.rows == picture.columns == ["c", "b", "a"]
    np.testing.assert_array_equal(picture.values, [[1, 1, 0], [1, 1, 0], [0, 0, 1]])

    shown = ["film", "good", "terrible", "he", "france", "three", "funny", "walked", "music", "war"]
    monkeypatch.setattr(word_vectors, "directions", lambda predict: np.eye(30)[[*range(29), 10]])
    names = ["<pad>", *shown, *(f"word{i}" for i in range(11, 29)), "movie"]
    data = Data({}, {}, {}, {"vocabulary": names, "first_word": 1})
    texts = word2vec_2013.pictures(None, data, None)["neighbours"].texts
    assert len(texts) == 10 and texts[-1].startswith("war: movie, ") and "<pad>" not in "".join(texts)
