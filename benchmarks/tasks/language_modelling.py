"""Language modelling: predict the next symbol; scored by its probability and by what the grammar allows."""

import math
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.measures.language_modelling import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.classification import cross_entropy
from benchmarks.tasks.protocol import Predict, SequenceReader, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y", "weight")
#: What the task asks of a model.
MODEL = SequenceReader


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Mean cross-entropy in nats of logits [n, T, symbols], over the symbols of weight 1."""
    logits = ops.cast(model(batch["x"], training=training), "float32")
    entropy = cross_entropy(batch["y"], logits)
    return ops.sum(entropy * batch["weight"]) / ops.maximum(ops.sum(batch["weight"]), 1.0)


def score(model: Any, batch: Mapping[str, Any], activations: bool) -> dict[str, Any]:
    """Sums over the steps of each string, float32 [n], and whether all of it is correct, bool [n]."""
    outputs = ops.cast(model(batch["x"], training=False), "float32")
    if activations:
        logs = ops.log(ops.maximum(outputs, 1e-30))
        probabilities = outputs
    else:
        logs = outputs
        probabilities = ops.softmax(outputs, axis=-1)
    weight = batch["weight"]
    entropy = keras.losses.sparse_categorical_crossentropy(batch["y"], logs, from_logits=True)
    sums = {"entropy": ops.sum(entropy * weight, axis=-1)}
    if "legal" in batch:
        legal = ops.cast(batch["legal"], "bool")
        best_illegal = ops.max(ops.where(legal, -math.inf, outputs), axis=-1)
        sums["legal"] = ops.sum(
            weight
            * ops.cast(ops.max(ops.where(legal, outputs, -math.inf), axis=-1) > best_illegal, "float32"),
            axis=-1,
        )
        sums["correct"] = ops.all(
            (ops.min(ops.where(legal, outputs, math.inf), axis=-1) > best_illegal) | (weight == 0.0), axis=-1
        )
    if "likelihood" in batch:
        truth = batch["likelihood"]
        norms = ops.sqrt(ops.sum(probabilities**2, axis=-1) * ops.sum(truth**2, axis=-1))
        sums["squares"] = ops.sum(weight * ops.mean((probabilities - truth) ** 2, axis=-1), axis=-1)
        sums["cosine"] = ops.sum(
            weight * ops.sum(probabilities * truth, axis=-1) / ops.maximum(norms, 1e-30), axis=-1
        )
    return sums


def evaluate(
    predict: Predict, model: Any, data: Data, split: str, activations: bool = False, strings: bool = False
) -> dict[str, float]:
    """The measures that the data allow, on one split.

    With `activations`, the model's outputs are not logits but activations in [0, 1], one for each
    symbol, which estimate its probability; for the cross-entropy they are scaled to sum to one.
    `strings` asks for the measures of whole strings: for data whose rows are strings of a grammar.
    """
    require("language_modelling", model, MODEL)
    arrays = getattr(data, split)
    keys = ("x", "y", "weight", "legal", "likelihood")
    sums = predict(score, {key: arrays[key] for key in keys if key in arrays}, activations=activations)
    symbols = float(np.sum(arrays["weight"], dtype="float64"))
    mean = {name: float(np.sum(values, dtype="float64")) / symbols for name, values in sums.items()}
    measures = {
        "cross_entropy": mean["entropy"],
        "perplexity": math.exp(min(mean["entropy"], 700.0)),
        "bits_per_symbol": mean["entropy"] / math.log(2.0),
    }
    if "characters" in data.info:
        per_symbol = data.info["characters"][split] / symbols
        measures["bits_per_character"] = measures["bits_per_symbol"] / per_symbol
    if "legal" in sums:
        measures["legal"] = 100.0 * mean["legal"]
    if strings:
        measures["strings_correct"] = 100.0 * float(np.mean(sums["correct"]))
        measures["solved"] = 100.0 if np.all(sums["correct"]) else 0.0
    if "cosine" in sums:
        measures |= {"rms_error": math.sqrt(mean["squares"]), "cosine": mean["cosine"]}
    return measures
