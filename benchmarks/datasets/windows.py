"""Long symbol streams cut into windows."""

from collections.abc import Mapping

import numpy as np


def windows(
    stream: np.ndarray, steps: int, extra: Mapping[str, np.ndarray] | None = None
) -> dict[str, np.ndarray]:
    """Consecutive windows of a stream int [n] of symbols, none left out: x, y int32 [m,steps], weight float32
    [m,steps].

    y is the symbol after x, the first one of the next window for the last step. The last window is filled up
    with zeros of weight 0. `extra` holds arrays with one row per symbol of stream[:-1], which are cut
    likewise.
    """
    count = -(-(len(stream) - 1) // steps)

    def cut(values: np.ndarray) -> np.ndarray:
        padded = np.zeros((count * steps, *values.shape[1:]), values.dtype)
        padded[: len(values)] = values
        return padded.reshape(count, steps, *values.shape[1:])

    symbols = stream.astype(np.int32)
    weight = np.ones(len(stream) - 1, np.float32)
    return {"x": cut(symbols[:-1]), "y": cut(symbols[1:]), "weight": cut(weight)} | {
        key: cut(values) for key, values in (extra or {}).items()
    }
