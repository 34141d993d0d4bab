"""Classification: one of several classes for each example; scored by the share of errors."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.look_up import chosen
from benchmarks.measures.classification import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Classifier, Committee, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y")
#: What the task asks of a model.
MODEL = Classifier


def cross_entropy(labels: Any, logits: Any) -> Any:
    """The cross-entropy in nats of whole numbers [...] below k and float logits [...,k]: float [...].

    Keras' own function looks up the label's probability, and its gradient scatters.
    """
    return -chosen(ops.log_softmax(logits), labels)


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Mean cross-entropy in nats of logits [n, classes], plus the penalties of the layers in training."""
    logits = ops.cast(model(batch["x"], training=training), keras.config.floatx())
    error = ops.mean(cross_entropy(batch["y"], logits))
    return error + penalties(model) if training else error


def signed_squared_error(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Half the squared error to +1 for the class and -1 for the others, outputs [n, classes].

    Summed over the outputs, mean over the examples: the loss of the digit readers before 1998.
    """
    outputs = ops.cast(model(batch["x"], training=training), keras.config.floatx())
    targets = 2.0 * ops.one_hot(batch["y"], outputs.shape[-1]) - 1.0
    return 0.5 * ops.mean(ops.sum(ops.square(outputs - targets), axis=-1))


def penalties(model: Any) -> Any:
    """The sum of the penalties of the regularisers of a Keras model, mostly weight decay; else 0."""
    return sum(model.losses) if isinstance(model, keras.Layer) else 0


def decide(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The class with the largest output, int32 [n]."""
    return {"decision": ops.argmax(model(batch["x"], training=False), axis=-1)}


def decide_by_threshold(model: Any, batch: Mapping[str, Any], threshold: float) -> dict[str, Any]:
    """Whether each output unit is above the threshold, int32 [n, units]."""
    return {"decision": ops.cast(model(batch["x"], training=False) > threshold, "int32")}


def rank(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """How many classes have a larger output than the labelled one, int32 [n].

    Of two equal outputs, that of the lower class counts as larger.
    """
    outputs = model(batch["x"], training=False)
    labelled = ops.take_along_axis(outputs, batch["y"][:, None], axis=-1)
    earlier = ops.arange(outputs.shape[-1]) < batch["y"][:, None]
    return {
        "rank": ops.sum(ops.cast((outputs > labelled) | ((outputs == labelled) & earlier), "int32"), axis=-1)
    }


def respond(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs themselves, float32 [n, classes]."""
    return {"output": ops.cast(model(batch["x"], training=False), "float32")}


def decide_alone(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The class with the largest output of each member of a committee, int32 [n, members]."""
    return {"decision": ops.argmax(model.members(batch["x"], training=False), axis=-1)}


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    threshold: float | None = None,
    top: int | None = None,
    batch_size: int = 500,
    targets: tuple[float, float] | None = None,
    members: bool = False,
    train: bool = False,
) -> dict[str, float]:
    """`error` and `accuracy` in percent on one split.

    The largest output decides; with a `threshold`, each output unit decides for itself between
    classes 0 and 1, and each decision counts. With `top` 5, also `top5_error`. With `targets`
    (of the other classes, of the class), also `half_mse`; with `members`, for a model with a method
    `members`, also `member_error`; with `train`, the test split's scores also hold `train_error`
    (and `train_half_mse`).
    """
    require("classification", model, MODEL)
    arrays = getattr(data, split)
    inputs = {"x": arrays["x"]}
    if top is not None:
        ranks = predict(rank, {"x": arrays["x"], "y": arrays["y"]}, batch_size=batch_size)["rank"]
        error = 100.0 * float(np.mean(ranks > 0))
        return {
            "error": error,
            "accuracy": 100.0 - error,
            f"top{top}_error": 100.0 * float(np.mean(ranks >= top)),
        }
    decisions = (
        predict(decide, inputs)
        if threshold is None
        else predict(decide_by_threshold, inputs, threshold=threshold)
    )
    error = 100.0 * float(np.mean(decisions["decision"].reshape(arrays["y"].shape) != arrays["y"]))
    scores = {"error": error, "accuracy": 100.0 - error}
    if targets is not None:
        outputs = predict(respond, inputs)["output"]
        wanted = np.where(arrays["y"][:, None] == np.arange(outputs.shape[-1]), targets[1], targets[0])
        scores["half_mse"] = 0.5 * float(np.mean(np.square(outputs - wanted)))
    if members:
        require("classification", model, Committee)
        scores["member_error"] = 100.0 * float(
            np.mean(predict(decide_alone, inputs)["decision"] != arrays["y"][:, None])
        )
    if train and split == "test":
        learned = evaluate(predict, model, data, "train", targets=targets)
        scores |= {f"train_{name}": learned[name] for name in ("error", "half_mse") if name in learned}
    return scores
