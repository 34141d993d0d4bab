"""Segmentation: the measures by hand and against scikit-learn, the loss by hand."""

import math
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, jaccard_score

from benchmarks.spec import Data
from benchmarks.tasks import segmentation
from tests.eager import Eager

RNG = np.random.default_rng(2015)


def given(x: Any, training: bool) -> Any:
    """A model whose outputs are its inputs."""
    return x


def test_two_small_maps_by_hand() -> None:
    """Background: 3 pixels agree, of 6 that either map names; class 1: 2 of 5; all: 5 of 8."""
    truth = np.array([[[0, 0, 1, 1]], [[0, 0, 0, 1]]])
    decided = np.array([[[0, 0, 1, 0]], [[1, 1, 0, 1]]])
    matrix = segmentation.confusion(truth, decided, 2)
    assert matrix.tolist() == [[3, 2], [1, 2]]
    found = segmentation.scores(matrix)
    assert found["mean_iou"] == pytest.approx(100 * (3 / 6 + 2 / 5) / 2)
    assert found["pixel_accuracy"] == pytest.approx(100 * 5 / 8)
    assert found["mean_class_accuracy"] == pytest.approx(100 * (3 / 5 + 2 / 3) / 2)


def test_a_class_that_nobody_names_does_not_count_and_one_that_is_only_named_does() -> None:
    matrix = np.array([[6, 0, 2], [0, 0, 0], [0, 0, 0]])
    assert segmentation.scores(matrix) == {
        "mean_iou": 37.5,
        "pixel_accuracy": 75.0,
        "mean_class_accuracy": 75.0,
    }


def test_measures_are_those_of_scikit_learn_over_all_pixels_of_the_split() -> None:
    """Not means over images: classes are missing in some of them."""
    classes = 5
    x = RNG.normal(size=(6, 7, 8, classes)).astype("float32")
    y = RNG.integers(0, classes - 1, (6, 7, 8)).astype("uint8")
    y[0] = 4
    nothing = {"x": x[:0], "y": y[:0]}
    data = Data(nothing, nothing, {"x": x, "y": y}, {"classes": list("abcde")})
    found = segmentation.evaluate(Eager(given, most=2), given, data, "test")
    truth, decided = y.ravel(), x.argmax(-1).ravel()
    assert (segmentation.confusion(y, x.argmax(-1), classes) == confusion_matrix(truth, decided)).all()
    assert found["mean_iou"] == pytest.approx(100 * jaccard_score(truth, decided, average="macro"))
    assert found["pixel_accuracy"] == pytest.approx(100 * accuracy_score(truth, decided))
    assert found["mean_class_accuracy"] == pytest.approx(100 * balanced_accuracy_score(truth, decided))
    assert {measure.name for measure in segmentation.MEASURES} == found.keys()


def test_the_loss_is_the_mean_cross_entropy_of_the_pixels_each_times_its_weight() -> None:
    """Four pixels of one map with logits 3 apart, one of them wrong: ln(1 + e^-3), and 3 more."""
    batch = {
        "x": np.array([[[[3.0, 0.0]], [[0.0, 3.0]], [[3.0, 0.0]], [[3.0, 0.0]]]], "float32"),
        "y": np.array([[[0], [1], [0], [1]]], "uint8"),
    }
    small = math.log1p(math.exp(-3.0))
    assert float(segmentation.loss(given, batch, True)) == pytest.approx(small + 3 / 4, rel=1e-6)
    weighted = {**batch, "weight": np.array([[[1.0], [0.0], [0.0], [2.0]]], "float32")}
    assert float(segmentation.loss(given, weighted, True)) == pytest.approx(
        (small + 2 * (3 + small)) / 4, rel=1e-6
    )


def test_penalties_of_the_layers_count_in_training_alone() -> None:
    inputs = keras.Input((1, 1, 2))
    model = keras.Model(
        inputs,
        keras.layers.Conv2D(2, 1, kernel_initializer="zeros", bias_initializer="ones", bias_regularizer="l2")(
            inputs
        ),
    )
    batch = {"x": np.zeros((3, 1, 1, 2), "float32"), "y": np.zeros((3, 1, 1), "uint8")}
    found = [float(segmentation.loss(model, batch, training)) for training in (True, False)]
    assert found == pytest.approx([math.log(2.0) + 2 * 0.01, math.log(2.0)], rel=1e-6), (
        "Keras' l2 is 0.01 times the squares"
    )


def test_logits_of_half_precision_are_compared_in_full() -> None:
    logits = keras.ops.cast(np.full((1, 2, 2, 3), 1e4), "bfloat16")
    batch = {"x": logits, "y": np.zeros((1, 2, 2), "uint8")}
    assert float(segmentation.loss(given, batch, True)) == pytest.approx(math.log(3.0), rel=1e-6)


def test_panels_show_scene_truth_and_decision_side_by_side() -> None:
    """A perfect model's third column is its second; a pixel of the background is black, of every class in a
    colour of its own.
    """
    y = np.arange(12).reshape(3, 2, 2).astype("uint8") % 11

    def best(grey: Any, training: bool) -> Any:
        return keras.ops.one_hot(grey[..., 0], 11)

    nothing = {"x": y[:0], "y": y[:0]}
    data = Data(nothing, nothing, {"x": y[..., None], "y": y}, {"classes": list("abcdefghijk")})
    tiles = segmentation.panels(Eager(best), best, data, 3).tiles
    assert tiles.shape == (3, 3, 2, 2, 3) and tiles.dtype == np.uint8
    assert (tiles[:, 0] == y[..., None]).all()
    assert (tiles[:, 1] == tiles[:, 2]).all()
    assert (tiles[:, 1].any(axis=-1) == (y > 0)).all()
    assert len({tuple(colour) for colour in segmentation.colours(21).tolist()}) == 21
