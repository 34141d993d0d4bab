"""The adding problem: Hochreiter and Schmidhuber (1997), section 5.4, experiment 4."""

import numpy as np

from benchmarks.spec import Data

CITATION = "Hochreiter, Schmidhuber: Long short-term memory. Neural Computation 9(8), 1997, section 5.4"


def sequences(rng: np.random.Generator, n: int, minimal: int) -> dict[str, np.ndarray]:
    """n sequences of pairs (value, marker) whose two marked values are to be added.

    Lengths are uniform on T to T + T/10, with T = `minimal`. Values are uniform on [-1, 1]. One of the first ten pairs
    is marked by 1, then one of the first T/2 - 1 pairs that are still unmarked; the first and the final pair carry
    marker -1, all others 0. If the first pair is drawn to be marked, its value is set to zero and its marker stays -1.

    Returns x float32 [n, T + T/10, 2], shorter sequences padded with zeros in front so that all end at the last step;
    length int32 [n]; y float32 [n,1] = 0.5 + (X1 + X2)/4.
    """
    longest = minimal + minimal // 10
    length = rng.integers(minimal, longest, n, endpoint=True)
    first = rng.integers(0, 10, n)
    second = rng.integers(0, minimal // 2 - 1, n)
    second += second >= first  # counts over the pairs other than the first marked one
    values = rng.uniform(-1.0, 1.0, (n, longest)).astype(np.float32)
    rows = np.arange(n)
    values[rows[(first == 0) | (second == 0)], 0] = 0.0
    markers = np.zeros((n, longest), np.float32)
    markers[rows, first] = 1.0
    markers[rows, second] = 1.0
    markers[:, 0] = -1.0
    markers[rows, length - 1] = -1.0
    y = 0.5 + (values[rows, first] + values[rows, second]) / 4.0
    step = np.arange(longest) - (longest - length)[:, None]
    pairs = np.stack([values, markers], axis=-1)[rows[:, None], np.maximum(step, 0)]
    return {
        "x": pairs * (step >= 0)[..., None].astype(np.float32),
        "y": y[:, None].astype(np.float32),
        "length": length.astype(np.int32),
    }


def data(rng: np.random.Generator, minimal: int, sizes: tuple[int, int, int]) -> Data:
    """Three independently drawn splits of the given sizes."""
    train, validation, test = (sequences(rng, n, minimal) for n in sizes)
    return Data(train, validation, test, {"tolerance": 0.04})
