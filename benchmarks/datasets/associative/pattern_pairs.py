"""Pairs of patterns to associate: from the first of a pair the second is to be recalled.

In sparse pairs few cells are active, as in Hebb's cell assemblies; in dense ones every cell is with
probability 1/2. In `spike_pairs` each cell of the first pattern fires at its own moment before the second,
and the pairs follow each other, so that the cells of the next first pattern fire just after.
"""

import dataclasses
from pathlib import Path

import numpy as np

from benchmarks.datasets.arrays import generator, verified
from benchmarks.datasets.tables.bits import OWN, table
from benchmarks.spec import Data, DatasetCard

#: Presentations of each pair of spikes in training.
PRESENTATIONS = 10
#: How many ms before or after the second pattern a cell fires, at most.
LATEST = 20

STORED = DatasetCard(
    id="",
    title="",
    task="classification",
    licence=OWN,
    source="generated",
    citation="Hebb: The Organization of Behavior. Wiley, 1949",
    split="every pair is train, validation and test alike: what is measured is recall, not generalisation",
    checksum="",
    shape="200 float32 in {0,1}, and 100 answers",
    classes=("silent", "fires"),
    procedural=True,
)

#: `active` of 200 cells are on in the first pattern and `answers` of 100 in the second; None: any number,
#: each with probability 1/2.
CARDS = {
    "pairs_200_20": dataclasses.replace(
        STORED,
        id="pairs_200_20",
        title="20 pairs of sparse patterns",
        checksum="0bca22833af1c12584bdff2ca759613a09f241a7cd4e4f01b41e9685637c130f",
        parameters={"seed": 1949_20, "pairs": 20, "active": 20, "answers": 10},
    ),
    "pairs_200_80": dataclasses.replace(
        STORED,
        id="pairs_200_80",
        title="80 pairs of sparse patterns",
        checksum="95ad0b982bf8377c7e98dc78d3fbae8f74234ec1835f8416abb0b910fc5a2ea1",
        parameters={"seed": 1949_80, "pairs": 80, "active": 20, "answers": 10},
    ),
    "pairs_dense_200_40": dataclasses.replace(
        STORED,
        id="pairs_dense_200_40",
        title="40 pairs of dense patterns",
        checksum="13851d49da287afc6804f55079431a7cd71451329998ba1238c6271e269cf45a",
        parameters={"seed": 1949_40, "pairs": 40, "active": None, "answers": None},
    ),
    "spike_pairs_200_20": dataclasses.replace(
        STORED,
        id="spike_pairs_200_20",
        title="20 pairs of sparse patterns that follow each other, spike by spike",
        split="every pair ten times in train, once each in validation and test, at other moments",
        checksum="c1241bbb85b38a8dc03557449a928ad0d3be2bdf32d16ad4603bb9e91f2ee162",
        shape="200 float32, by how many ms a cell fires before (after: less than 0) the 100 answers; 0: "
        "silent",
        parameters={"seed": 1949_98, "pairs": 20, "active": 20, "answers": 10},
    ),
}


def some(rng: np.random.Generator, patterns: int, cells: int, active: int | None) -> np.ndarray:
    """Random patterns, bool [patterns, cells], with `active` cells on, or each with probability 1/2."""
    if active is None:
        return rng.integers(0, 2, (patterns, cells)) == 1
    return rng.permuted(np.tile(np.arange(cells) < active, (patterns, 1)), axis=1)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [n, 200]: which cells of the first pattern are on, or the moments of their spikes (see the
    card's shape); y int32 [n, 100]: which cells of the second are.
    """
    parameters = CARDS[id].parameters
    rng = generator(parameters["seed"])
    first = some(rng, parameters["pairs"], 200, parameters["active"])
    second = some(rng, parameters["pairs"], 100, parameters["answers"]).astype(np.int32)
    if not id.startswith("spike"):
        return verified(CARDS[id], table(first, second))

    def presented(times: int) -> dict[str, np.ndarray]:
        """All pairs, so often, in their order. A cell that is on in two neighbouring pairs fires before."""
        moments = rng.integers(1, LATEST + 1, (times, *first.shape))
        follows = np.roll(first, -1, axis=0)
        spikes = np.where(first, moments, np.where(follows, -moments, 0)).astype(np.float32)
        return {"x": spikes.reshape(-1, first.shape[1]), "y": np.tile(second, (times, 1))}

    return verified(CARDS[id], Data(presented(PRESENTATIONS), presented(1), presented(1)))
