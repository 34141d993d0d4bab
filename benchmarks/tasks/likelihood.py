"""Likelihood: assign probability to unseen examples, by models that know it without an estimate.

Binary examples are those of the task `density`, so that the two can be compared. Grey levels become
continuous by uniform noise of one level: the mean logarithm of a density over them is at most that of the
probability of the levels ("A note on the evaluation of generative models", arXiv 1511.01844, section 3.1).
"""

from typing import Any

import numpy as np

from benchmarks.measures.likelihood import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.density import base_rates, binarise, free_energy, intensity
from benchmarks.tasks.protocol import Density, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: What the task asks of a model: its free energy is minus the log-probability itself, that is Z = 1.
MODEL = Density


def evaluate(
    predict: Predict, model: Any, data: Data, split: str, levels: int | None = None
) -> dict[str, float]:
    """The log-likelihood of binary examples, or the bits for each dimension of integer `levels` 0..levels -
    1.

    Of these the model is given (level + noise) / levels, in [0, 1).
    """
    require("likelihood", model, MODEL)
    x, known = getattr(data, split)["x"], data.train["x"]
    if levels is None:
        examples = binarise(predict(intensity, {"x": x})["intensity"], seed=0)
        rates = base_rates(predict(intensity, {"x": known})["intensity"])
        energies = predict(free_energy, {"v": examples})["energy"].astype("float64")
        baseline = np.mean(examples @ np.log(rates) + (1.0 - examples) @ np.log1p(-rates))
        return {"log_likelihood": float(-np.mean(energies)), "baseline_log_likelihood": float(baseline)}
    examples = dequantised(x, levels, seed=0)
    energies = predict(free_energy, {"v": examples}, batch_size=100)["energy"].astype("float64")
    nats = float(np.mean(energies)) / examples[0].size + np.log(levels)
    return {
        "bits_per_dimension": float(nats / np.log(2.0)),
        "baseline_bits_per_dimension": independent_bits(known, x, levels),
    }


def dequantised(x: np.ndarray, levels: int, seed: int) -> np.ndarray:
    """(level + noise) / levels of integer levels [n, ...], flat float32 [n, d] in [0, 1)."""
    flat = x.reshape(len(x), -1)
    noise = np.random.default_rng(seed).random(flat.shape, "float32")
    return np.minimum((flat + noise) / np.float32(levels), np.float32(1.0 - 2.0**-24)).astype("float32")


def independent_bits(known: np.ndarray, x: np.ndarray, levels: int) -> float:
    """Bits for each dimension of `x`, if each pixel had its own frequencies of levels, counted in `known`.

    Each level was seen once more than it was (Laplace's rule).
    """
    counts = np.ones((known[0].size, levels))
    places = np.arange(known[0].size)
    for row in known.reshape(len(known), -1):
        counts[places, row] += 1
    logs = np.log2(counts / counts.sum(axis=1, keepdims=True))
    return float(-np.mean([logs[places, row].mean() for row in x.reshape(len(x), -1)]))
