"""Segmentation: one of several classes for each pixel; scored by the overlap of the regions of each class."""

import colorsys
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.measures.segmentation import MEASURES as MEASURES
from benchmarks.spec import Data, Picture
from benchmarks.tasks.classification import cross_entropy, penalties
from benchmarks.tasks.protocol import Predict, Segmenter, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y")
#: What the task asks of a model.
MODEL = Segmenter


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Cross-entropy in nats of logits [n,h,w,classes], mean over all pixels; plus the penalties in training.

    If the batch has a `weight` [n,h,w], the cross-entropy of each pixel is multiplied by it first.
    """
    logits = ops.cast(model(batch["x"], training=training), keras.config.floatx())
    errors = cross_entropy(ops.cast(batch["y"], "int32"), logits)
    if "weight" in batch:
        errors = errors * ops.cast(batch["weight"], errors.dtype)
    error = ops.mean(errors)
    return error + penalties(model) if training else error


def decide(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The class with the largest output at each pixel, int32 [n,h,w]."""
    return {"decision": ops.argmax(model(batch["x"], training=False), axis=-1)}


def confusion(truth: np.ndarray, decisions: np.ndarray, classes: int) -> np.ndarray:
    """int64 [classes, classes]: how many pixels of each true class (row) are given each class (column)."""
    pairs = classes * truth.ravel().astype("int64") + decisions.ravel()
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def scores(matrix: np.ndarray) -> dict[str, float]:
    """All measures, in percent, from a confusion matrix.

    Means are over the classes that occur: in the truth or among the decisions for the intersection over
    union, in the truth for the accuracy. Source: Long, Shelhamer, Darrell 2015, section 5.
    """
    right, true, given = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    union = true + given - right
    return {
        "mean_iou": 100.0 * float(np.mean(right[union > 0] / union[union > 0])),
        "pixel_accuracy": 100.0 * float(right.sum() / matrix.sum()),
        "mean_class_accuracy": 100.0 * float(np.mean(right[true > 0] / true[true > 0])),
    }


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """All measures, in percent, from one confusion matrix over all pixels of a split."""
    require("segmentation", model, MODEL)
    arrays = getattr(data, split)
    decisions = predict(decide, {"x": arrays["x"]}, batch_size=100)["decision"]
    return scores(confusion(arrays["y"], decisions, len(data.info["classes"])))


def colours(classes: int) -> np.ndarray:
    """A colour for each class, uint8 [classes,3]: black for the background, then hues that are far apart."""
    hues = [
        colorsys.hsv_to_rgb(0.618 * number % 1.0, 0.85 if number % 2 else 0.5, 1.0)
        for number in range(1, classes)
    ]
    return np.round(255.0 * np.array([(0.0, 0.0, 0.0), *hues])).astype("uint8")


def panels(predict: Predict, model: Any, data: Data, count: int = 6) -> Picture:
    """Some test scenes, one in each row: the scene, the truth and the segmentation, classes as colours."""
    x, y = data.test["x"][:count], data.test["y"][:count]
    decisions = predict(decide, {"x": x}, batch_size=count)["decision"]
    colour = colours(len(data.info["classes"]))
    tiles = np.stack([np.broadcast_to(x, (*x.shape[:3], 3)), colour[y], colour[decisions]], axis=1)
    return Picture(tiles, f"{count} test scenes: the scene, the truth, and what the net makes of it.")
