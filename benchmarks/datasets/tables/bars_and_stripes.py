"""Bars and stripes on a 4x4 grid: a distribution small enough for exact log-likelihoods."""

import math
from pathlib import Path

import numpy as np

from benchmarks.datasets.arrays import verified
from benchmarks.datasets.tables.bits import OWN, SPLIT, bits
from benchmarks.spec import Data, DatasetCard

SIDE = 4

CARDS = {
    "bars_and_stripes": DatasetCard(
        id="bars_and_stripes",
        title="Bars and stripes, 4x4",
        task="density",
        licence=OWN,
        source="generated",
        citation="MacKay: Information theory, inference, and learning algorithms. Cambridge University "
        "Press, 2003, section 43.2",
        split="the 30 distinct images, each once (where MacKay's process draws the blank and the full one "
        f"twice as often); {SPLIT}",
        checksum="b2573eeb66f1f57be541672a80c7f112796ae4d1458d281022386b40532834a0",
        shape="16 float32 in {0,1}",
        procedural=True,
    ),
}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x float32 [30,16]: every image whose columns (bars) or rows (stripes) are each wholly on or off.

    `info["optimum"]` is the highest possible mean log-likelihood, -log 30, in nats per image.
    """
    lines = bits(SIDE)
    bars = np.repeat(lines[:, None, :], SIDE, axis=1).reshape(-1, SIDE * SIDE)
    stripes = np.repeat(lines[:, :, None], SIDE, axis=2).reshape(-1, SIDE * SIDE)
    rows = {"x": np.unique(np.concatenate([bars, stripes]), axis=0)}
    return verified(
        CARDS[id],
        Data(
            rows, rows, rows, {"height": SIDE, "width": SIDE, "optimum": round(-math.log(len(rows["x"])), 12)}
        ),
    )
