"""Association: from a cue to the memory that resembles it; scored by the share of cues that reach it."""

import numpy as np

from benchmarks.measures.association import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import AssociativeMemory, Batch, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x", "y", "meant")
#: What the task asks of a model.
MODEL = AssociativeMemory


def settle(model: AssociativeMemory, batch: Batch) -> dict[str, np.ndarray]:
    """The states in which the cues x come to rest, each in the network y: float [n, units]."""
    return {"state": model.settle(batch["x"], batch["y"])}


def evaluate(predict: Predict, model: AssociativeMemory, data: Data, split: str) -> dict[str, float]:
    """The measures on one split. If any memory is right, the one nearest to the state at rest is meant.

    Where the data set says so, the mirror image of each pattern, all units reversed, is a memory too.
    """
    require("association", model, MODEL)
    cues = getattr(data, split)
    at_rest = predict(settle, {"x": cues["x"], "y": cues["y"]})["state"]
    train = data.train
    sets, patterns = (
        1 + max(train["y"].max(), cues["y"].max()),
        1 + max(train["meant"].max(), cues["meant"].max()),
    )
    # Where no pattern was stored, no state is near.
    stored = np.full((sets, patterns, at_rest.shape[1]), 0.5)
    stored[train["y"], train["meant"]] = train["x"]
    if data.info["mirrored"]:
        stored = np.concatenate([stored, 1.0 - stored], axis=1)
    distances = np.abs(stored[cues["y"]] - at_rest[:, None]).sum(axis=2)
    meant = np.where(cues["meant"] < 0, distances.argmin(axis=1), cues["meant"])
    wrong = distances[np.arange(len(meant)), meant]
    return {
        "recalled": 100.0 * float(np.mean(wrong == 0)),
        "nearly_recalled": 100.0 * float(np.mean((wrong > 0) & (wrong < 5))),
        "elsewhere": 100.0 * float(np.mean(wrong >= 5)),
        "wrong_units": float(np.mean(wrong)),
    }
