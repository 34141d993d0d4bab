"""Captions of shapes, against what is in the picture."""

import numpy as np

from benchmarks import datasets
from benchmarks.datasets.scenes.captioned_shapes import COLOURS, SHAPES


def shape(mask: np.ndarray) -> str:
    """A triangle is wider at its foot than at its head; a square fills its frame."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    frame = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if frame.all():
        return "square"
    return "circle" if frame[0].sum() == frame[-1].sum() else "triangle"


def test_each_caption_says_what_is_seen() -> None:
    data = datasets.load("captioned_shapes")
    seen: set[str] = set()
    for image, caption in zip(data.test["source"], data.info["references"]["test"], strict=True):
        words = caption.split()
        first, second = words[1:4], words[-3:]
        if first[1] == second[1]:
            continue
        centres = []
        for size, colour, name in (first, second):
            mask = np.abs(image.astype(int) - COLOURS[colour]).max(axis=-1) <= 15
            assert shape(mask) == name, caption
            rows, columns = np.nonzero(mask)
            assert (np.ptp(rows) > 7) == (size == "large")
            centres.append((rows.mean(), columns.mean()))
        axis = 1 if "left" in words else 0
        assert centres[0][axis] < centres[1][axis]
        seen.update(words)
    assert seen == {"a", "small", "large", *COLOURS, *SHAPES, "left", "of", "above"}
