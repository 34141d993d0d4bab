"""The temporal order problem: Hochreiter and Schmidhuber (1997), section 5.6, task 6a."""

import numpy as np

from benchmarks.spec import Data

CITATION = (
    "Hochreiter, Schmidhuber: Long short-term memory. Neural Computation 9(8), 1997, section 5.6, task 6a"
)
SYMBOLS = ("E", "B", "a", "b", "c", "d", "X", "Y")
CLASSES = ("Q", "R", "S", "U")


def sequences(
    rng: np.random.Generator, n: int, length: tuple[int, int], first: tuple[int, int], second: tuple[int, int]
) -> dict[str, np.ndarray]:
    """n sequences that start with E, end with B and hold an X or Y at two places among random a, b, c, d.

    `length`, `first` and `second` are inclusive ranges of the number of symbols and of the places t1 and t2, which
    count from 0. Returns x float32 [n, longest, 8]: one-hot symbols, shorter sequences padded with zero vectors in
    front so that all end at the last step; length int32 [n]; y int32 [n]: XX -> 0 (Q), XY -> 1 (R), YX -> 2 (S), YY -> 3 (U).
    """
    longest, rows = length[1], np.arange(n)
    lengths = rng.integers(*length, n, endpoint=True)
    places = [rng.integers(*place, n, endpoint=True) for place in (first, second)]
    relevant = rng.integers(0, 2, (n, 2))
    symbols = rng.integers(SYMBOLS.index("a"), SYMBOLS.index("d"), (n, longest), endpoint=True)
    for place, choice in zip(places, relevant.T, strict=True):
        symbols[rows, place] = SYMBOLS.index("X") + choice
    symbols[:, 0] = SYMBOLS.index("E")
    symbols[rows, lengths - 1] = SYMBOLS.index("B")
    step = np.arange(longest) - (longest - lengths)[:, None]
    shifted = symbols[rows[:, None], np.maximum(step, 0)]
    x = np.eye(len(SYMBOLS), dtype=np.float32)[shifted] * (step >= 0)[..., None].astype(np.float32)
    return {
        "x": x,
        "y": (2 * relevant[:, 0] + relevant[:, 1]).astype(np.int32),
        "length": lengths.astype(np.int32),
    }


def data(
    rng: np.random.Generator,
    sizes: tuple[int, ...],
    length: tuple[int, int],
    first: tuple[int, int],
    second: tuple[int, int],
) -> Data:
    """Three independently drawn splits of the given sizes."""
    train, validation, test = (sequences(rng, n, length, first, second) for n in sizes)
    return Data(train, validation, test, {"symbols": list(SYMBOLS), "tolerance": 0.3})
