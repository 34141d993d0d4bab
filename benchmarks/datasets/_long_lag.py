"""Noise-free sequences with long time lags: Hochreiter and Schmidhuber (1997), section 5.2, task 2a."""

import numpy as np

from benchmarks.spec import Data

CITATION = (
    "Hochreiter, Schmidhuber: Long short-term memory. Neural Computation 9(8), 1997, section 5.2, task 2a"
)
TRAIN = 1_000


def data(rng: np.random.Generator, p: int) -> Data:
    """The two sequences (y, a1, ..., a_{p-1}, y) and (x, a1, ..., a_{p-1}, x): the last symbol repeats the first.

    Symbols a1 to a_{p-1} have the numbers 0 to p - 2, x is p - 1 and y is p. x int32 [n,p]: all symbols but the last;
    next int32 [n,p]: the symbol that follows each, for nets that predict at every step, as in the paper; y int32 [n]:
    the last symbol. Training rows are 1,000 draws of the two; validation and test hold each of them once.
    """
    middle = np.arange(p - 1)

    def rows(first: np.ndarray) -> dict[str, np.ndarray]:
        sequence = np.concatenate(
            [first[:, None], np.tile(middle, (len(first), 1)), first[:, None]], axis=1
        ).astype(np.int32)
        return {"x": sequence[:, :-1].copy(), "next": sequence[:, 1:].copy(), "y": sequence[:, -1].copy()}

    both = np.array([p - 1, p])
    symbols = [f"a{i + 1}" for i in range(p - 1)] + ["x", "y"]
    return Data(
        rows(rng.choice(both, TRAIN)), rows(both), rows(both), {"symbols": symbols, "tolerance": 0.25}
    )
