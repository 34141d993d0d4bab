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


def confusion(labels: np.ndarray, decisions: np.ndarray, classes: int, caption: str) -> Picture:
    """What was taken for what: a row for each label, a column for each decision, both int [n]; one tile of squares 12 pixels wide.

    A square's darkness is the root of its share of the row, so that single mistakes can be seen.
    """
    counts = np.zeros((classes, classes))
    np.add.at(counts, (labels, decisions), 1)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    squares = np.kron(1.0 - np.sqrt(share), np.ones((12, 12)))
    return grid(squares.reshape(1, -1), (12 * classes, 12 * classes), 1, caption)


def thumbnails(images: np.ndarray, side: int = 32) -> np.ndarray:
    """Images [n,h,w,1] or [n,h,w,3] of any scale as tiles uint8 [n,h,w] or [n,h,w,3], the largest value of all white.

    Of images larger than `side` pixels every second, third, ... pixel is shown.
    """
    step = -(-images.shape[1] // side)
    tiles = np.round(255.0 * np.clip(images[:, ::step, ::step] / max(images.max(), 1e-12), 0.0, 1.0)).astype(
        "uint8"
    )
    return tiles[..., 0] if tiles.shape[-1] == 1 else tiles


def first_filters(kernel: np.ndarray, columns: int, caption: str) -> Picture:
    """The filters of a layer that sees the image, kernel [h,w,c,n] with c 1 or 3, in grey or in colour; n is a multiple of `columns`.

    Each is stretched on its own so that 0 is mid-grey and its largest magnitude at the end of the scale.
    """
    height, width, colours, number = kernel.shape
    largest = np.maximum(np.abs(kernel).max(axis=(0, 1, 2)), 1e-12)
    tiles = np.round(255.0 * (0.5 + 0.5 * kernel / largest)).astype("uint8").transpose(3, 0, 1, 2)
    return Picture(
        tiles.reshape(number // columns, columns, height, width, *((3,) if colours == 3 else ())), caption
    )
