"""Encoding: two groups of units agree upon codes by which one tells the other its state.

Scored by how many patterns have codes of their own, and how soon; by whether the second group tells what is
clamped on the first; and, for small machines, by the exact divergence from the environment. Many machines
learn side by side, so that shares and medians are known from one run.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from keras import ops

from benchmarks.layers.models.boltzmann_machine import settle, temperatures
from benchmarks.measures.encoding import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict, require


@runtime_checkable
class EncodingMachines(Protocol):
    """Boltzmann machines whose two groups of visible units talk through hidden ones.

    `links` are [machines, units + 1, units + 1]; the others are sizes, and what `BoltzmannMachines.note`
    keeps.
    """

    group: int
    hidden: int
    units: int
    machines: int
    temperature: float
    links: Any
    cycles: Any
    almost: Any
    found: Any
    spaced: Any
    unsettled: Any

    def __call__(self, x: Any, training: bool = False) -> Any:
        """What hidden units see with patterns x [n, group] clamped: [n, machines, hidden]."""
        ...

    def free_energy(self, v: Any) -> Any:
        """Of visible states [n, 2 group]: [n, machines]."""
        ...


#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: What the task asks of a model.
MODEL = EncodingMachines

#: Enumerating more than 2^16 visible states takes too long.
MOST_ENUMERATED = 16


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    noise: tuple[float, float] | None = None,
    completions: int = 0,
    schedule: Any = (),
) -> dict[str, float]:
    """The measures on the patterns of one split, one-hot rows x.

    Times are in learning cycles; a machine that has not got there counts with all that it had.

    With `noise`, the probabilities that a clamped bit which is on is off, and the reverse, also `divergence`.
    With `completions`, each pattern is clamped so often on the first group, without noise, the rest of the
    machine follows `schedule`, pairs (units of time, temperature), and `completed` tells how many end well.
    """
    require("encoding", model, MODEL)
    patterns = np.asarray(getattr(data, split)["x"], "float32")
    codes = predict(seen_by_hidden, {"x": patterns})["seen"].transpose(1, 0, 2) > 0
    number = np.array([len(np.unique(code, axis=0)) for code in codes])
    kept = predict.once(kept_of_the_search)
    # A machine that has not got there counts with all its learning cycles.
    almost, found, spaced = (np.minimum(kept[name], kept["cycles"]) for name in ("almost", "found", "spaced"))
    scores = {
        "solved": 100.0 * float(np.mean(number == len(patterns))),
        "codes": float(np.mean(number)),
        "median_cycles": float(np.median(found)),
        "longest_cycles": float(np.max(found)),
        "median_lasting_cycles": float(np.median(np.minimum(kept["unsettled"] + 1.0, kept["cycles"]))),
        "median_almost_cycles": float(np.median(almost)),
    }
    if 2**model.hidden >= 2 * len(patterns):  # else some codes are neighbours
        scores["spaced"] = 100.0 * float(np.mean(np.isfinite(kept["spaced"])))
        scores["median_spaced_cycles"] = float(np.median(spaced))
        scores["longest_spaced_cycles"] = float(np.max(spaced))
    if noise is not None:
        scores["divergence"] = float(np.median(divergences(predict, model, patterns, noise)))
    if completions:
        scores["completed"] = 100.0 * float(
            np.mean(completed(predict, model, patterns, completions, schedule))
        )
    return scores


def seen_by_hidden(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """What the hidden units see with the patterns clamped, [n, machines, hidden]."""
    return {"seen": model(batch["x"], training=False)}


def kept_of_the_search(model: Any) -> dict[str, Any]:
    """When codes were found (see `BoltzmannMachines.note`), [machines] each, and the number of cycles."""
    return {
        "cycles": ops.copy(model.cycles.value),
        "almost": ops.copy(model.almost.value),
        "found": ops.copy(model.found.value),
        "spaced": ops.copy(model.spaced.value),
        "unsettled": ops.copy(model.unsettled.value),
    }


def free_energy(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """The free energy of visible states, [n, machines]."""
    return {"energy": model.free_energy(batch["v"])}


def divergences(predict: Predict, model: Any, patterns: np.ndarray, noise: tuple[float, float]) -> np.ndarray:
    """G of equation 8 in nats, float64 [machines], by the sum over all states of the visible units.

    The environment clamps each of the `patterns` as often as the others on both groups, with `noise`.
    """
    visible = 2 * patterns.shape[1]
    if visible > MOST_ENUMERATED:
        raise ValueError(
            f"the machine has {visible} visible units; the exact divergence needs at most {MOST_ENUMERATED}:"
            " leave out noise"
        )
    states = ((np.arange(2**visible)[:, None] >> np.arange(visible)) & 1).astype("float32")
    on_to_off, off_to_on = noise
    environment = np.zeros(len(states))
    for pattern in np.concatenate([patterns, patterns], axis=1):
        on = np.where(pattern > 0, 1.0 - on_to_off, off_to_on)
        environment += np.prod(np.where(states > 0, on, 1.0 - on), axis=1) / len(patterns)
    energies = predict(free_energy, {"v": states}, batch_size=4096)["energy"].astype("float64")
    log_model = -energies / model.temperature
    log_model -= np.logaddexp.reduce(log_model, axis=0)
    with np.errstate(divide="ignore"):
        log_environment = np.where(environment > 0, np.log(environment), 0.0)
    divergence: np.ndarray = environment @ (log_environment[:, None] - log_model)
    return divergence


def completed(
    predict: Predict, model: Any, patterns: np.ndarray, completions: int, schedule: Any
) -> np.ndarray:
    """Whether the second group is right at the end, bool [machines, chains]: see `evaluate`."""
    random = np.random.default_rng(0)
    each = np.repeat(patterns, completions, axis=0)
    chains, warmth = len(each), temperatures(schedule)
    clamped = np.broadcast_to(each, (len(warmth), model.machines, *each.shape))
    states = (random.random((model.machines, chains, model.units + 1)) < 0.5).astype("float32")
    states[..., -1] = 1.0
    shape = (len(warmth), model.units - model.group, model.machines, chains)
    probes = random.integers(model.group, model.units, shape, dtype="int32")
    uniform = random.random(shape, "float32")
    last = predict.once(settled, states, probes, uniform, warmth, clamped)["states"]
    told = last[..., model.group : 2 * model.group]
    right: np.ndarray = np.all(told == each, axis=-1)
    return right


def settled(model: Any, states: Any, probes: Any, uniform: Any, warmth: Any, clamped: Any) -> dict[str, Any]:
    """The states after the last unit of time, [machines, chains, units + 1]: see `settle`."""
    links = ops.convert_to_tensor(model.links)
    return {"states": settle(links, states, probes, uniform, warmth, clamped)[-1]}
