"""Memory: how much of a random input can be read off a state later, step for step."""

from typing import Any

import numpy as np
from keras import ops

from benchmarks.measures.memory import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, SequenceReader, require

#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: What the task asks of a model.
MODEL = SequenceReader


def recalled(model: Any, batch: Any) -> dict[str, Any]:
    """The outputs [n, T, delays]: what the input was 1, 2, ... steps ago."""
    return {"outputs": ops.cast(model(batch["x"], training=False), "float32")}


def shares(outputs: np.ndarray, x: np.ndarray, washout: int) -> np.ndarray:
    """For each delay k from 1 the squared correlation [delays] of output k-1 and the input k steps before.

    Outputs are [n, T, delays], x [n, T]. The first `washout` steps do not count; it is at least the number of
    delays.
    """
    found = []
    for k in range(1, outputs.shape[-1] + 1):
        then, now = x[:, washout - k : x.shape[1] - k].ravel(), outputs[:, washout:, k - 1].ravel()
        spread = now.std() * then.std()
        found.append((np.mean((now - now.mean()) * (then - then.mean())) / spread) ** 2 if spread else 0.0)
    return np.array(found)


def evaluate(predict: Predict, model: Any, data: Data, split: str) -> dict[str, float]:
    """The memory capacity (Jaeger, Short term memory in echo state networks, GMD Report 152)."""
    require("memory", model, MODEL)
    x = getattr(data, split)["x"]
    outputs = predict(recalled, {"x": x})["outputs"].astype("float64")
    found = shares(outputs, x[..., 0].astype("float64"), data.info["washout"])
    return {"memory_capacity": float(found.sum())}
