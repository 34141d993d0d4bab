"""Continual prediction: the next symbol of a stream that is never reset; scored by how long all goes well.

Gers, Schmidhuber and Cummins, "Learning to forget", Neural Computation 12(10), 2000, section 4.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

from benchmarks.measures.continual_prediction import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, SequenceReader, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y", "weight", "legal")
#: What the task asks of a model.
MODEL = SequenceReader


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Half the squared error of activations [n, T, symbols] to the symbol that followed (1, the others 0).

    The sum over the steps, each by its weight, and the mean over the streams.
    """
    outputs = ops.cast(model(batch["x"], training=training), "float32")
    missing = ops.one_hot(batch["y"], outputs.shape[-1], dtype="float32") - outputs
    return 0.5 * ops.mean(ops.sum(ops.sum(ops.square(missing), axis=-1) * batch["weight"], axis=-1))


def score(model: Any, batch: Mapping[str, Any], steps: int) -> dict[str, Any]:
    """Whether the prediction of each step is right, bool [n, T].

    T is `steps`: for streams of a second length TensorFlow leaves it open, and recurrent layers need it.
    """
    x = ops.reshape(batch["x"], (-1, steps))
    outputs = ops.cast(model(x, training=False), "float32")
    legal = ops.cast(batch["legal"], "bool")
    least_legal = ops.min(ops.where(legal, outputs, np.inf), axis=-1)
    return {"right": least_legal > ops.max(ops.where(legal, -np.inf, outputs), axis=-1)}


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """The measures on one split, whose rows are joined to streams: `data.info["joined"]` rows to each.

    Steps of weight 0 are read, but nothing is predicted there. Fewer rows than a stream has are one stream.
    """
    require("continual_prediction", model, MODEL)
    arrays = getattr(data, split)
    joined = min(data.info["joined"][split], len(arrays["x"]))
    rows = len(arrays["x"]) // joined * joined
    long = {
        key: arrays[key][:rows].reshape(-1, joined * arrays[key].shape[1], *arrays[key].shape[2:])
        for key in ("x", "weight", "legal")
    }
    right = predict(score, {"x": long["x"], "legal": long["legal"]}, steps=long["x"].shape[1])["right"]
    predicted = long["weight"] > 0
    late = predicted & (np.arange(right.shape[1]) >= int(0.9 * right.shape[1]))
    before_a_mistake = np.logical_and.accumulate(right | ~predicted, axis=1)
    return {
        "run": float(np.mean(np.sum(before_a_mistake & predicted, axis=1))),
        "perfect": 100.0 if before_a_mistake.all() else 0.0,
        "correct": 100.0 * float(np.mean(right[predicted])),
        "correct_late": 100.0 * float(np.mean(right[late])),
    }
