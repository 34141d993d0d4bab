"""Arrays as pictures: grids of small grey images."""

import numpy as np

from benchmarks.spec import Picture


def grid(images: np.ndarray, shape: tuple[int, int], columns: int, caption: str) -> Picture:
    """`images` [n, height * width] in [0, 1] (beyond is cut off) as a grid, row by row; n is a multiple of `columns`."""
    grey = np.round(255.0 * np.clip(images, 0.0, 1.0)).astype("uint8")
    return Picture(grey.reshape(-1, columns, *shape), caption)


def filters(weights: np.ndarray, shape: tuple[int, int], columns: int, caption: str) -> Picture:
    """`weights` [n, height * width], each stretched on its own so that 0 is mid-grey and its largest magnitude black or white."""
    largest = np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-12)
    return grid(0.5 + 0.5 * weights / largest, shape, columns, caption)
