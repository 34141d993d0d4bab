"""Robustness: examples are shifted a little in the direction in which a classifier's loss grows fastest.

Goodfellow, Shlens, Szegedy, "Explaining and harnessing adversarial examples" (2014), section 4: the fast
gradient sign method. It needs one gradient by the input, and no search.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import keras
import numpy as np
from keras import ops

from benchmarks.measures.robustness import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.classification import cross_entropy
from benchmarks.tasks.protocol import Classifier, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y")
#: What the task asks of a model.
MODEL = Classifier


class Differentiates(Predict, Protocol):
    """A `Predict` that also gives its driver, of which the task needs `gradient`."""

    driver: Any


def evaluate(
    predict: Differentiates, model: Any, data: Data, split: str, epsilon: float, batch_size: int = 500
) -> dict[str, float]:
    """`adversarial_error` and `adversarial_confidence` in percent on one split.

    Each number of an input is changed by `epsilon`, in the units of `x`, up or down. The attacker knows the
    model and the label. What comes out is not clipped to the range of the data. Without any error the
    confidence of errors is not defined and left out.
    """
    require("robustness", model, MODEL)
    arrays = getattr(data, split)
    x, y = arrays["x"], arrays["y"]
    n = min(batch_size, len(x))
    shift = keras.Variable(np.zeros((n, *x.shape[1:])), trainable=False, dtype=keras.config.floatx())

    def attacked(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
        return respond(model, batch, epsilon, shift, predict.driver)

    outputs = predict(attacked, {"x": x, "y": y}, batch_size=n)
    wrong = outputs["decision"] != y
    scores = {"adversarial_error": 100.0 * float(np.mean(wrong))}
    if wrong.any():
        scores["adversarial_confidence"] = 100.0 * float(np.mean(outputs["probability"][wrong]))
    return scores


def respond(model: Any, batch: Mapping[str, Any], epsilon: float, shift: Any, driver: Any) -> dict[str, Any]:
    """What a model says of adversarial examples: `decision` int32 [n], `probability` of it float [n].

    `shift` is a variable of zeros in the shape of the batch's `x`: a driver differentiates by variables.
    """

    def loss() -> Any:
        logits = ops.cast(model(ops.cast(batch["x"], shift.dtype) + shift, training=False), shift.dtype)
        return ops.sum(cross_entropy(batch["y"], logits))

    _, (gradient,) = driver.gradient(loss, [shift])
    x = ops.cast(batch["x"], shift.dtype) + epsilon * ops.sign(gradient)
    logits = ops.cast(model(x, training=False), shift.dtype)
    return {
        "decision": ops.argmax(logits, axis=-1),
        "probability": ops.max(ops.softmax(logits), axis=-1),
    }
