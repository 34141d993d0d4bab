"""Density where hidden layers are linked among each other: a bound of the log-likelihood of unseen examples.

The probability of an example is bounded by a mean field; the partition function is summed or estimated as in
the task `density`, for the machine folded into two sides.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops

from benchmarks.measures.variational_density import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.density import (
    annealed_log_weights,
    annealing_leg,
    base_rates,
    binarise,
    exact_log_partition,
    summarise,
)
from benchmarks.tasks.protocol import Predict, require


@runtime_checkable
class DeepMachine(Protocol):
    """Binary units in layers, `visible` and `hidden` those of the lower two, that can be folded."""

    visible: int
    hidden: int

    def intensity(self, x: Any) -> Any:
        """The probabilities [n, visible] of being on that examples stand for."""
        ...

    def mean_field(self, visible: Any, updates: int) -> tuple[Any, Any, Any]:
        """Logits and means [n, hidden] of the units above an image, and the logits of those above them."""
        ...

    def free_energy_bound(self, visible: Any) -> Any:
        """At least minus the logarithm of the unnormalised probability of binary images: [n]."""
        ...

    def hidden_free_energy(self, hidden: Any) -> Any:
        """The same, exactly, for binary states [n, hidden] of the layer above the image."""
        ...

    def flat(self) -> Any:
        """The machine as one with `kernel`, `visible_bias` and `hidden_bias`: all other layers, and this."""
        ...


#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: What the task asks of a model.
MODEL = DeepMachine


class Folded:
    """`Predict` that hands functions of `density` the folded machine."""

    def __init__(self, predict: Predict) -> None:
        self.predict = predict

    def once(self, function: Any, *arrays: Any, **options: Any) -> dict[str, np.ndarray]:
        """Only the leg of annealing is called in this way."""
        assert function is annealing_leg
        return self.predict.once(folded_leg, *arrays, **options)


def folded_leg(model: Any, *arrays: Any) -> dict[str, Any]:
    """`density.annealing_leg` of the folded machine."""
    return annealing_leg(model.flat(), *arrays)


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    partition: str,
    chains: int = 100,
    temperatures: int = 1000,
) -> dict[str, float]:
    """`log_likelihood_bound` and the measures that belong to it, on one split.

    `partition` is "exact" (of at most 20 units between the outer layers) or "annealed", by that many
    independent `chains` over that many `temperatures` (a multiple of 100).
    """
    require("variational_density", model, MODEL)
    examples = binarise(predict(sides, {"x": getattr(data, split)["x"]})["visible"], seed=0)
    known = predict(sides, {"x": data.train["x"]})
    rates = base_rates(known["visible"])
    baseline = float(np.mean(examples @ np.log(rates) + (1.0 - examples) @ np.log1p(-rates)))
    scores = {"baseline_log_likelihood": baseline}
    if partition == "exact":
        if model.hidden > model.visible:
            raise ValueError(
                f"{model.hidden} units lie between the outer layers, more than there are visible ones: an"
                " exact partition function is summed over the former; use partition annealed"
            )
        log_partition = exact_log_partition(predict, model)
    elif partition == "annealed":
        outer = np.concatenate([rates, base_rates(known["top"])])
        folded: Any = Folded(predict)
        log_weights = annealed_log_weights(folded, model.flat(), outer, chains, temperatures, seed=0)
        log_partition, error, effective = summarise(log_weights)
        scores |= {"log_partition_error": error, "effective_chains": effective}
    else:
        raise ValueError(f"partition is {partition!r}; it must be exact or annealed")
    energies = predict(bound, {"v": examples})["energy"].astype("float64")
    scores["log_likelihood_bound"] = float(-np.mean(energies) - log_partition)
    return scores


def sides(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The means of the visible units [n, visible], and of the uppermost ones by the mean field."""
    visible = model.intensity(batch["x"])
    return {"visible": visible, "top": ops.sigmoid(model.mean_field(visible, 10)[2])}


def bound(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The bound of the free energy [n] of binary visible states."""
    return {"energy": model.free_energy_bound(batch["v"])}
