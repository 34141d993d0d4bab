"""Classification: one of several classes for each example; scored by the fraction of mistakes."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.spec import Data, Measure

MEASURES = (
    Measure("error", "%", "lower", "examples whose most likely class is not the labelled one"),
    Measure("accuracy", "%", "higher", "examples whose most likely class is the labelled one"),
)


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Mean cross-entropy in nats; the model's outputs are logits [n, classes]."""
    logits = ops.cast(model(batch["x"], training=training), keras.config.floatx())
    return ops.mean(keras.losses.sparse_categorical_crossentropy(batch["y"], logits, from_logits=True))


def decide(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The class with the largest output, int32 [n]."""
    return {"decision": ops.argmax(model(batch["x"], training=False), axis=-1)}


def decide_by_threshold(model: Any, batch: Mapping[str, Any], threshold: float) -> dict[str, Any]:
    """For each output unit whether it is above the threshold, int32 [n, units]."""
    return {"decision": ops.cast(model(batch["x"], training=False) > threshold, "int32")}


def evaluate(predict: Any, model: Any, data: Data, split: str, threshold: float | None = None) -> dict[str, float]:
    """`error` and `accuracy` in percent on one split.

    The largest output decides; with a `threshold`, each output unit decides for itself between
    classes 0 and 1, and each decision counts.
    """
    arrays = getattr(data, split)
    inputs = {"x": arrays["x"]}
    decisions = (predict(decide, inputs) if threshold is None else predict(decide_by_threshold, inputs, threshold=threshold))["decision"]
    error = 100.0 * float(np.mean(decisions.reshape(arrays["y"].shape) != arrays["y"]))
    return {"error": error, "accuracy": 100.0 - error}
