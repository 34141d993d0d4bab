"""Copying: repeat a sequence of random binary vectors after it has ended, also a longer one than any before.

Graves, Wayne, Danihelka, "Neural Turing machines" (2014), section 4.1.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from keras import ops

from benchmarks.measures.copying import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, SequenceReader, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y", "weight")
#: What the task asks of a model: the logits [n, T, bits] of all steps.
MODEL = SequenceReader
#: How many sequences of each greater length are copied.
LONGER = 50
#: Up to which share of wrong bits a length counts as copied.
TOLERATED = 0.1


def surprise(logits: Any, bits: Any) -> Any:
    """The cross-entropy in nats of bits, 0 or 1, under logits of the same shape."""
    return ops.softplus(logits) - bits * logits


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """The cross-entropy in nats of the repeated bits, summed over a sequence, mean over sequences."""
    return ops.mean(score(model, batch, training)["nats"])


def score(model: Any, batch: Mapping[str, Any], training: bool = False) -> dict[str, Any]:
    """Of each sequence, float32 [n]: its cross-entropy in nats, its wrong bits, and its bits."""
    logits = ops.cast(model(batch["x"], training=training), "float32")
    bits, weight = ops.cast(batch["y"], "float32"), ops.cast(batch["weight"], "float32")[..., None]
    wrong = ops.cast((logits > 0.0) != (bits > 0.5), "float32")
    return {
        "nats": ops.sum(surprise(logits, bits) * weight, axis=(1, 2)),
        "wrong": ops.sum(wrong * weight, axis=(1, 2)),
        "bits": ops.sum(weight, axis=(1, 2)) * bits.shape[-1],
    }


def episodes(lengths: Sequence[int], bits: int) -> dict[str, np.ndarray]:
    """`LONGER` sequences of each of these lengths, from fixed seeds, in the form of the data sets."""
    steps = 2 * max(lengths) + 1
    x = np.zeros((len(lengths), LONGER, steps, bits + 1), np.uint8)
    y, weight = np.zeros((*x.shape[:3], bits), np.uint8), np.zeros(x.shape[:3], np.uint8)
    for number, length in enumerate(lengths):
        vectors = np.random.default_rng(length).integers(0, 2, (LONGER, length, bits), np.uint8)
        x[number, :, :length, :bits], x[number, :, length, bits] = vectors, 1
        y[number, :, length + 1 : 2 * length + 1], weight[number, :, length + 1 : 2 * length + 1] = vectors, 1
    return {"x": x, "y": y, "weight": weight}


def score_of_steps(model: Any, batch: Mapping[str, Any], steps: int) -> dict[str, Any]:
    """What `score` returns: a program for each number of steps, over which loops must know that they go."""
    batch = {key: ops.reshape(value, (-1, steps, *value.shape[2:])) for key, value in batch.items()}
    return score(model, batch)


def errors(predict: Predict, lengths: Sequence[int], bits: int) -> np.ndarray:
    """The share of wrong bits for each of these lengths."""
    arrays = {key: value.reshape(-1, *value.shape[2:]) for key, value in episodes(lengths, bits).items()}
    found = predict(score_of_steps, arrays, steps=2 * max(lengths) + 1)
    wrong, all_bits = (found[key].reshape(len(lengths), -1).sum(axis=1) for key in ("wrong", "bits"))
    return wrong / all_bits


def evaluate(
    predict: Predict, model: Any, data: Data, split: str, longer: Sequence[int] = ()
) -> dict[str, float]:
    """The measures on one split; with the test split's also those of sequences of the lengths `longer`."""
    require("copying", model, MODEL)
    arrays = getattr(data, split)
    found = predict(score, {key: arrays[key] for key in NEEDS})
    measures = {
        "bits_per_sequence": float(np.mean(found["nats"])) / math.log(2.0),
        "bit_error": 100.0 * float(np.sum(found["wrong"]) / np.sum(found["bits"])),
        "wrong": 100.0 * float(np.mean(found["wrong"] > 0)),
    }
    if longer and split == "test":
        shares = errors(predict, longer, arrays["y"].shape[-1])
        copied = int(np.logical_and.accumulate(shares <= TOLERATED).sum())
        measures["longer_bit_error"] = 100.0 * float(np.mean(shares))
        measures["longest_copied"] = float(longer[copied - 1]) if copied else 0.0
    return measures
