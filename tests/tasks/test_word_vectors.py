"""Measures on vectors whose classes, clusters and analogies are known."""

import numpy as np
import pytest
from keras import ops

from benchmarks.spec import Data
from benchmarks.tasks import word_vectors
from benchmarks.tasks.word_vectors import answers, rand_index, same_class
from tests.eager import Eager


def at(*degrees):
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_a_word_is_judged_by_its_nearest():
    """Four words at 0, 10, 90 and 100 degrees, and one alone in its class, near to the first."""
    classes = [{"a"}, {"a"}, {"b"}, {"a", "b"}, {"alone"}]
    assert same_class(at(0, 10, 90, 100, -30), classes) == 100.0
    # Nearer to 0 than 10 is: the first word's nearest is now of another class.
    assert same_class(at(0, 10, 90, 100, -5), classes) == 75.0


def test_clusters_are_those_of_mean_likeness():
    labels = np.array([0, 0, 0, 1, 1, 2])
    assert rand_index(at(0, 5, 10, 90, 95, 180), labels) == 1.0
    # Clusters of two: of 15 pairs 4 are together in the classes, 3 in the clusters, 1 in both, where chance
    # has 4 * 3 / 15.
    assert rand_index(at(0, 5, 90, 92, 180, 185), labels) == pytest.approx((1 - 0.8) / (3.5 - 0.8))


def test_an_analogy_is_answered_by_what_is_nearest_except_its_own_words():
    man, woman, king, queen, nothing = [1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [0.9, 1, 1]
    vectors = np.array([nothing, man, woman, king, queen], "float64")
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = np.array([[1, 2, 3], [1, 3, 2]])
    assert answers(unit, asked, first_word=1).tolist() == [4, 4]
    # Without the fourth word the best left is none of the three that were named.
    assert answers(unit[:4], asked, first_word=0).tolist() == [0, 0]


class Fixed:
    """Vectors at given angles; every text has two pairs, of as many nats as its first number says."""

    def __init__(self, vectors):
        self.vectors = vectors

    def __call__(self, x, training=False):
        return ops.cast(x[:, 0], "float32"), 0.0 * ops.cast(x[:, 0], "float32") + 2.0


def test_evaluation_reports_what_the_data_allow():
    split = {"x": np.array([[3, 0], [5, 0]], "int32")}
    names = ["a", "b", "c", "d"]
    classes = {"first": ["a", "b"], "second": ["c", "d"]}
    model = Fixed(at(0, 5, 90, 100))
    predict = Eager(model)
    data = Data(split, split, split, {"symbols": names, "categories": classes})
    found = word_vectors.evaluate(predict, model, data, "test")
    assert found == {"loss": pytest.approx(2.0), "same_class": 100.0, "rand_index": 1.0}
    # a : b = c : d holds, and d : c = b : a does; the question of odd number is wrong.
    info = {"analogies": [[0, 1, 2, 3], [0, 1, 2, 0]], "first_word": 0}
    data = Data(split, split, split, info)
    assert word_vectors.evaluate(predict, model, data, "validation")["analogies"] == 100.0
    assert word_vectors.evaluate(predict, model, data, "test")["analogies"] == 0.0
    assert float(word_vectors.loss(model, {"x": split["x"]}, True)) == pytest.approx(8.0)
