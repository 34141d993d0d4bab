"""Density by latent variables: assign probability to unseen binary examples, as the task `density` does.

The probability is an integral over codes that no formula gives. What an encoder proposes bounds it from
below: the mean of log p(v, z) - log q(z|v) is the variational bound (Kingma and Welling 2013), and the
logarithm of the mean weight of several proposals lies between it and the truth (Burda, Grosse and
Salakhutdinov, "Importance weighted autoencoders", 2015, theorem 1).
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from benchmarks.measures.variational import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.density import base_rates, binarise, intensity
from benchmarks.tasks.protocol import Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: Proposals for each example in one dispatch.
PORTION = 10


@runtime_checkable
class LatentVariables(Protocol):
    """Codes z [latent] with a standard normal prior, an encoder q(z|v) and a decoder p(v|z)."""

    latent: int

    def intensity(self, x: Any) -> Any:
        """The probabilities [n, visible] of being on that examples stand for."""
        ...

    def log_weights(self, v: Any, normal: Any) -> Any:
        """log p(v, z) - log q(z|v), in nats [n, k], of codes made of normal numbers [n, k, latent]."""
        ...


#: What the task asks of a model.
MODEL = LatentVariables


def evaluate(predict: Predict, model: Any, data: Data, split: str, samples: int = 100) -> dict[str, float]:
    """The estimate, the bound and the baseline on one split, by so many `samples` (a multiple of 10)."""
    require("variational", model, MODEL)
    examples = binarise(predict(intensity, {"x": getattr(data, split)["x"]})["intensity"], seed=0)
    rates = base_rates(predict(intensity, {"x": data.train["x"]})["intensity"])
    weights = proposals(predict, model, examples, samples, seed=0)
    return {
        "log_likelihood": float(np.mean(np.logaddexp.reduce(weights, axis=1) - np.log(samples))),
        "bound": float(np.mean(weights)),
        "baseline_log_likelihood": float(
            np.mean(examples @ np.log(rates) + (1.0 - examples) @ np.log1p(-rates))
        ),
    }


def proposals(predict: Predict, model: Any, examples: np.ndarray, samples: int, seed: int) -> np.ndarray:
    """The logarithmic weights of `samples` codes of each example [n, visible]: float64 [n, samples]."""
    if samples % PORTION or samples < PORTION:
        raise ValueError(f"samples is {samples}; it must be a multiple of {PORTION}")
    random = np.random.default_rng(seed)
    parts = []
    for _ in range(samples // PORTION):
        normal = random.standard_normal((len(examples), PORTION, model.latent), "float32")
        part = predict(log_weights, {"v": examples, "normal": normal}, batch_size=100)
        parts.append(part["log_weight"].astype("float64"))
    return np.concatenate(parts, axis=1)


def log_weights(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The logarithmic weights [n, k] of codes of binary examples `v`, made of `normal` numbers."""
    return {"log_weight": model.log_weights(batch["v"], batch["normal"])}
