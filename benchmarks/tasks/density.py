"""Density: assign probability to unseen binary examples; scored by their mean log-likelihood.

The models are energy-based: `free_energy(v)` is known, its partition function Z is not. For a small
machine Z is summed exactly, for others it is estimated by annealed importance sampling.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

from benchmarks.measures.density import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import BoltzmannMachine, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: What the task asks of a model.
MODEL = BoltzmannMachine

#: Enumerating more than 2^20 states takes too long.
MOST_ENUMERATED = 20
#: Transitions in one compiled program.
LEG = 100


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    partition: str,
    chains: int = 100,
    temperatures: int = 1000,
) -> dict[str, float]:
    """`log_likelihood` and the measures that belong to it, on one split.

    `partition` is "exact", or "annealed": by that many independent `chains` over that many `temperatures`
    (a multiple of 100).
    """
    require("density", model, MODEL)
    examples = binarise(predict(intensity, {"x": getattr(data, split)["x"]})["intensity"], seed=0)
    rates = base_rates(predict(intensity, {"x": data.train["x"]})["intensity"])
    baseline = float(np.mean(examples @ np.log(rates) + (1.0 - examples) @ np.log1p(-rates)))
    scores = {"baseline_log_likelihood": baseline}
    if partition == "exact":
        log_partition = exact_log_partition(predict, model)
    elif partition == "annealed":
        log_weights = annealed_log_weights(predict, model, rates, chains, temperatures, seed=0)
        log_partition, error, effective = summarise(log_weights)
        scores |= {"log_partition_error": error, "effective_chains": effective}
    else:
        raise ValueError(f"partition is {partition!r}; it must be exact or annealed")
    energies = predict(free_energy, {"v": examples})["energy"].astype("float64")
    scores["log_likelihood"] = float(-np.mean(energies) - log_partition)
    if "optimum" in data.info:
        scores["divergence"] = data.info["optimum"] - scores["log_likelihood"]
    return scores


def intensity(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The probabilities [n, visible] that the examples stand for."""
    return {"intensity": model.intensity(batch["x"])}


def free_energy(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """F(v) [n] of binary visible states."""
    return {"energy": model.free_energy(batch["v"])}


def hidden_free_energy(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The same for binary hidden states."""
    return {"energy": model.hidden_free_energy(batch["h"])}


def binarise(intensities: np.ndarray, seed: int) -> np.ndarray:
    """Binary float32 examples, each unit on with the probability that `intensities` [n, visible] give."""
    return (np.random.default_rng(seed).random(intensities.shape) < intensities).astype("float32")


def base_rates(intensities: np.ndarray) -> np.ndarray:
    """How often each unit is on, float64 [visible]; half an example on either side keeps it off 0 and 1."""
    return (intensities.sum(0, dtype="float64") + 0.5) / (len(intensities) + 1.0)


def exact_log_partition(predict: Predict, model: Any) -> float:
    """log Z in nats, summed over all states of the smaller layer; the other layer is summed analytically."""
    units = min(model.visible, model.hidden)
    if units > MOST_ENUMERATED:
        raise ValueError(
            f"the smaller layer has {units} units; an exact partition function needs at most"
            f" {MOST_ENUMERATED}: use partition annealed"
        )
    states = ((np.arange(2**units)[:, None] >> np.arange(units)) & 1).astype("float32")
    if model.hidden <= model.visible:
        energies = predict(hidden_free_energy, {"h": states}, batch_size=4096)["energy"]
    else:
        energies = predict(free_energy, {"v": states}, batch_size=4096)["energy"]
    return float(np.logaddexp.reduce(-energies.astype("float64")))


def annealed_log_weights(
    predict: Predict, model: Any, rates: np.ndarray, chains: int, temperatures: int, seed: int
) -> np.ndarray:
    """Logarithms of `chains` independent estimates of Z, float64 [chains], by annealed importance sampling.

    Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks" (2008): the chains
    go from the independent units of `rates` to the model along geometric means of the two, most
    slowly at the end: 1/29 of the steps up to an inverse temperature of 0.5, 8/29 up to 0.9, the rest
    up to 1 (their 500, 4,000 and 10,000).
    """
    if temperatures % LEG:
        raise ValueError(f"temperatures is {temperatures}; it must be a multiple of {LEG}")
    random = np.random.default_rng(seed)
    base = np.log(rates) - np.log1p(-rates)
    betas = np.interp(
        np.linspace(0.0, 1.0, temperatures + 1), [0.0, 1 / 29, 9 / 29, 1.0], [0.0, 0.5, 0.9, 1.0]
    ).astype("float32")
    visible = (random.random((chains, model.visible)) < rates).astype("float32")
    log_weights = np.full(chains, np.logaddexp(0.0, base).sum() + model.hidden * np.log(2.0))
    for start in range(0, temperatures, LEG):
        hidden_uniform = random.random((LEG, chains, model.hidden), "float32")
        visible_uniform = random.random((LEG, chains, model.visible), "float32")
        leg = betas[start : start + LEG], betas[start + 1 : start + LEG + 1]
        result = predict.once(
            annealing_leg, visible, base.astype("float32"), *leg, hidden_uniform, visible_uniform
        )
        visible = result["visible"]
        log_weights = log_weights + result["log_weights"]
    return log_weights


def annealing_leg(
    model: Any, visible: Any, base: Any, before: Any, after: Any, hidden_uniform: Any, visible_uniform: Any
) -> dict[str, Any]:
    """Takes chains `visible` [chains, visible] from inverse temperatures `before` [steps] to `after`.

    At inverse temperature β the unnormalised probability is exp((1-β) v·base + β v·b) Π(1 + exp(β (v·W +
    c))). Returns the last `visible` and what the weights gain, `log_weights` [chains].
    """

    dtype = model.kernel.dtype
    visible, base, before, after = (ops.cast(part, dtype) for part in (visible, base, before, after))
    hidden_uniform, visible_uniform = ops.cast(hidden_uniform, dtype), ops.cast(visible_uniform, dtype)

    def step(state: tuple[Any, Any], row: tuple[Any, ...]) -> tuple[tuple[Any, Any], None]:
        visible, gained = state
        old, new, hidden_uniform, visible_uniform = row
        total = ops.matmul(visible, model.kernel) + model.hidden_bias
        # Differences are taken term by term, since the difference of the sums would lose digits.
        linear = (new - old) * ops.matmul(visible, model.visible_bias - base)
        gained = gained + linear + ops.sum(ops.softplus(new * total) - ops.softplus(old * total), axis=-1)
        hidden = ops.cast(hidden_uniform < ops.sigmoid(new * total), dtype)
        down = (
            new * (ops.matmul(hidden, ops.transpose(model.kernel)) + model.visible_bias) + (1.0 - new) * base
        )
        return (ops.cast(visible_uniform < ops.sigmoid(down), dtype), gained), None

    start = (visible, ops.zeros_like(visible[:, 0]))
    (visible, gained), _ = ops.scan(step, start, (before, after, hidden_uniform, visible_uniform))
    return {"visible": visible, "log_weights": gained}


def summarise(log_weights: np.ndarray) -> tuple[float, float, float]:
    """log Z, its standard error (by the delta method) and the effective number of chains."""
    chains = len(log_weights)
    weights = np.exp(log_weights - log_weights.max())
    log_partition = float(log_weights.max() + np.log(weights.mean()))
    error = float(weights.std(ddof=1) / weights.mean() / np.sqrt(chains))
    return log_partition, error, float(weights.sum() ** 2 / np.square(weights).sum())
