"""Reconstruction of clean inputs, perhaps from corrupted ones, scored by the remaining error."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

from benchmarks.layers.image.corruption import corrupt
from benchmarks.measures.reconstruction import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Autoencoder, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: What the task asks of a model.
MODEL = Autoencoder


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Cross-entropy in nats, or half the squared error, summed over pixels and averaged over examples."""
    clean = model.intensity(batch["x"])
    outputs = ops.cast(model(batch["x"], training=training), "float32")
    if model.likelihood == "bernoulli":
        return ops.mean(ops.sum(ops.softplus(outputs) - clean * outputs, axis=-1))
    return 0.5 * ops.mean(ops.sum(ops.square(outputs - clean), axis=-1))


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    corruption: str | None = None,
    amount: float = 0.0,
    repeats: int = 1,
) -> dict[str, float]:
    """Errors of the reconstruction from input with this corruption, the same noise at every call.

    Each example is corrupted `repeats` times. `cross_entropy` is for models that give the probability of
    a pixel being on; `corruption_error` and `error_removed` need a corruption.
    """
    require("reconstruction", model, MODEL)
    x = getattr(data, split)["x"]
    random = np.random.default_rng(0)
    parts = []
    for _ in range(repeats):
        uniform = random.random((len(x), model.visible), "float32")
        parts.append(predict(restore, {"x": x, "uniform": uniform}, corruption=corruption, amount=amount))
    clean, corrupted, restored = (
        np.concatenate([part[key] for part in parts]).astype("float64")
        for key in ("clean", "corrupted", "restored")
    )
    error = float(np.mean(np.sum(np.square(restored - clean), axis=1)))
    scores = {"squared_error": error}
    if model.likelihood == "bernoulli":
        likely = np.clip(restored, 1e-7, 1.0 - 1e-7)
        scores["cross_entropy"] = float(
            -np.mean(np.sum(clean * np.log(likely) + (1.0 - clean) * np.log1p(-likely), axis=1))
        )
    if corruption is not None:
        nothing = float(np.mean(np.sum(np.square(corrupted - clean), axis=1)))
        scores |= {"corruption_error": nothing, "error_removed": 100.0 * (1.0 - error / nothing)}
    return scores


def restore(model: Any, batch: Mapping[str, Any], corruption: str | None, amount: float) -> dict[str, Any]:
    """`clean`, `corrupted` and `restored` intensities [n, visible] of a batch of `x` and `uniform` noise."""
    clean = model.intensity(batch["x"])
    corrupted = clean if corruption is None else corrupt(clean, batch["uniform"], corruption, amount)
    return {"clean": clean, "corrupted": corrupted, "restored": model.reconstruct(corrupted)}
