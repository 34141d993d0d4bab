"""What is particular to naive Bayes: what it cannot know, and what its pictures say."""

import numpy as np

from benchmarks import catalogue, datasets
from benchmarks.spec import Data


def test_of_exclusive_or_no_input_says_anything_alone() -> None:
    entry = catalogue.load("naive_bayes_1998")
    model = entry.build(**catalogue.recipe(entry, "pocket", "xor").model)
    data = datasets.load("xor")
    model.fit(data.train["x"], data.train["y"], seed=0)
    answers = model(data.test["x"])
    np.testing.assert_array_equal(answers[:, 0], answers[:, 1])


def test_the_pictures_name_the_words_and_pairs_that_speak_most_for_either_class() -> None:
    entry = catalogue.load("naive_bayes_1998")
    model = entry.build(**catalogue.recipe(entry, "standard", "imdb-bigrams").model)
    x = np.array([[1, 4, 5, 6], [0, 1, 5, 6], [1, 4, 7, 6], [0, 1, 7, 6]])
    y = np.array([1, 1, 0, 0])
    model.fit(x, y, seed=0)
    split = {"x": x, "y": y}
    data = Data(
        split, split, split, {"vocabulary": ["<pad>", "<start>", "", "", "a", "fine", "film", "dull"]}
    )
    assert entry.pictures is not None
    praise, blame = entry.pictures(model, data, None)["words"].texts
    # Twice in one class and never in the other: the words, and the pairs with "film".
    assert set(praise.split(", ")[:2]) == {"fine", "fine film"}
    assert set(blame.split(", ")[:2]) == {"dull", "dull film"}


def test_the_pictures_of_digits_are_the_weights_of_ten_classes() -> None:
    entry = catalogue.load("naive_bayes_1998")
    model = entry.build(**catalogue.recipe(entry, "pocket", "digits").model)
    data = datasets.load("digits")
    model.fit(data.train["x"], data.train["y"], seed=0)
    assert entry.pictures is not None
    assert entry.pictures(model, data, None)["weights"].tiles.shape == (2, 5, 8, 8)
