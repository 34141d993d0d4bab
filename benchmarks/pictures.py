"""What an entry can show: curves, labelled maps, texts, sounds, and pictures made of arrays.

The kinds are plain dataclasses without behaviour. `benchmarks.records` bounds and encodes them, and the
report draws them. Grids of small images are a `benchmarks.spec.Picture`; the functions here make the usual
ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.spec import Picture


@dataclass(frozen=True)
class Axis:
    """What an axis measures, its unit (empty for none), and whether its scale is logarithmic."""

    label: str
    unit: str = ""
    logarithmic: bool = False


@dataclass(frozen=True)
class Series:
    """One line of a plot: finite numbers x and y, float64 [n] each, in the order in which they are joined."""

    name: str
    x: Any
    y: Any


@dataclass(frozen=True)
class Curves:
    """Lines over common axes. A logarithmic axis needs positive numbers."""

    series: Sequence[Series]
    x: Axis
    y: Axis
    caption: str


@dataclass(frozen=True)
class LabelledMap:
    """A matrix whose rows and columns have names, such as a confusion: finite `values` [rows, columns].

    `row_axis` and `column_axis` say what the rows and columns are, `unit` what the values are counted in.
    """

    values: Any
    rows: Sequence[str]
    columns: Sequence[str]
    row_axis: str
    column_axis: str
    unit: str
    caption: str


@dataclass(frozen=True)
class Texts:
    """Texts that a model wrote, or that show what it read."""

    texts: Sequence[str]
    caption: str


@dataclass(frozen=True)
class Sound:
    """One channel of sound: int16 samples [n], `rate` of them a second."""

    samples: Any
    rate: int
    caption: str


#: Whatever an entry's `pictures` may return by name.
AnyPicture = Picture | Curves | LabelledMap | Texts | Sound


def sound(wave: np.ndarray, rate: int, caption: str) -> Sound:
    """A waveform [n] as sound, scaled so that its largest magnitude is the loudest sample."""
    scaled = np.asarray(wave, "float64") / max(float(np.abs(wave).max(initial=0.0)), 1e-12)
    return Sound(np.round(32767.0 * scaled).astype("int16"), rate, caption)


def grid(images: np.ndarray, shape: tuple[int, int], columns: int, caption: str) -> Picture:
    """`images` [n, height * width] in [0, 1] (clipped) as a grid, row by row; n = k * `columns`."""
    grey = np.round(255.0 * np.clip(images, 0.0, 1.0)).astype("uint8")
    return Picture(grey.reshape(-1, columns, *shape), caption)


def filters(weights: np.ndarray, shape: tuple[int, int], columns: int, caption: str) -> Picture:
    """`weights` [n, height * width], each scaled: 0 is mid-grey, its largest magnitude black or white."""
    largest = np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-12)
    return grid(0.5 + 0.5 * weights / largest, shape, columns, caption)


def confusion(labels: np.ndarray, decisions: np.ndarray, classes: Sequence[str], caption: str) -> LabelledMap:
    """What was taken for what, in % of the examples of each class: `labels` and `decisions` are int [n]."""
    counts = np.zeros((len(classes), len(classes)))
    np.add.at(counts, (labels, decisions), 1)
    share = 100.0 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return LabelledMap(share, classes, classes, "true class", "decision", "%", caption)


def thumbnails(images: np.ndarray, side: int = 32) -> np.ndarray:
    """Images [n,h,w,1] or [n,h,w,3] as tiles uint8 [n,h,w] or [n,h,w,3]; the largest value is white.

    Images larger than `side` pixels are thinned out to every second, third, ... pixel.
    """
    step = -(-images.shape[1] // side)
    tiles = np.round(255.0 * np.clip(images[:, ::step, ::step] / max(images.max(), 1e-12), 0.0, 1.0)).astype(
        "uint8"
    )
    return tiles[..., 0] if tiles.shape[-1] == 1 else tiles


def first_filters(kernel: np.ndarray, columns: int, caption: str) -> Picture:
    """The filters of a layer that sees the image, kernel [h,w,c,n] with c 1 or 3, in grey or in colour.

    n is a multiple of `columns`. Each filter is scaled so that 0 is mid-grey and its largest magnitude is at
    the end of the scale.
    """
    height, width, colours, number = kernel.shape
    largest = np.maximum(np.abs(kernel).max(axis=(0, 1, 2)), 1e-12)
    tiles = np.round(255.0 * (0.5 + 0.5 * kernel / largest)).astype("uint8").transpose(3, 0, 1, 2)
    return Picture(
        tiles.reshape(number // columns, columns, height, width, *((3,) if colours == 3 else ())), caption
    )
