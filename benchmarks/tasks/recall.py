"""Recall: an early input decides the output at the end; scored by the share of sequences within tolerance."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

from benchmarks.measures.recall import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, SequenceReader, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y")
#: What the task asks of a model.
MODEL = SequenceReader


def targets(batch: Mapping[str, Any], outputs: Any) -> Any:
    """What outputs of this shape should be: float32, of the same shape.

    Outputs [n, k] are those at the end of the sequence: the targets are y, one-hot if y are classes.
    Outputs [n, T, k] predict the next symbol at every step: the targets are `next` (or y, where it
    has a symbol for every step), one-hot.
    """
    y = batch["next"] if len(outputs.shape) == 3 and "next" in batch else batch["y"]
    if len(y.shape) == len(outputs.shape):
        return ops.cast(y, "float32")
    return ops.one_hot(y, outputs.shape[-1], dtype="float32")


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Half the squared error, summed over outputs and (weighted) steps; mean over sequences."""
    outputs = ops.cast(model(batch["x"], training=training), "float32")
    squares = ops.sum(ops.square(outputs - targets(batch, outputs)), axis=-1)
    if "weight" in batch:
        squares = squares * batch["weight"]
    return 0.5 * ops.mean(squares if len(squares.shape) == 1 else ops.sum(squares, axis=-1))


def score(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """Of each sequence the largest absolute error, and the mean square and the choice at its end."""
    outputs = ops.cast(model(batch["x"], training=False), "float32")
    error = outputs - targets(batch, outputs)
    largest = ops.max(ops.reshape(ops.abs(error), (ops.shape(error)[0], -1)), axis=-1)
    if len(outputs.shape) == 3:
        error, outputs = error[:, -1], outputs[:, -1]
    return {
        "largest": largest,
        "square": ops.mean(ops.square(error), axis=-1),
        "choice": ops.argmax(outputs, axis=-1),
    }


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """The measures on one split, at the tolerances in `data.info`; `error` only for classes and symbols."""
    require("recall", model, MODEL)
    arrays = getattr(data, split)
    scores = predict(score, {key: arrays[key] for key in ("x", "y", "next") if key in arrays})
    wrong = 100.0 * float(np.mean(scores["largest"] >= data.info["tolerance"]))
    measures = {"wrong": wrong, "correct": 100.0 - wrong, "mse": float(np.mean(scores["square"]))}
    if "scaled_tolerance" in data.info:
        measures["wrong_scaled"] = 100.0 * float(np.mean(scores["largest"] >= data.info["scaled_tolerance"]))
    if arrays["y"].ndim == 1:
        measures["error"] = 100.0 * float(np.mean(scores["choice"] != arrays["y"]))
    return measures
