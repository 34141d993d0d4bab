"""Pairs of token sequences as arrays."""

from collections.abc import Iterable, Sequence

import numpy as np

SPECIAL = ("<pad>", "<start>", "<end>", "<unknown>")
PAD, START, END, UNKNOWN = range(4)


def encode(rows: Iterable[Sequence[str]], vocabulary: Sequence[str], width: int, marks: bool) -> np.ndarray:
    """Token sequences as int32 [n,width], as `padded` does; tokens outside the vocabulary become 3."""
    number = {token: i for i, token in enumerate(vocabulary)}
    return padded([[number.get(token, UNKNOWN) for token in row] for row in rows], width, marks)


def padded(rows: Iterable[Sequence[int]], width: int, marks: bool) -> np.ndarray:
    """Sequences of numbers as int32 [n,width], padded with 0 behind; longer ones lose their last numbers.

    With `marks` every row starts with 1 and ends with 2, which count towards the width.
    """
    lines = [[START, *row[: width - 2], END] if marks else row[:width] for row in rows]
    result = np.full((len(lines), width), PAD, np.int32)
    for i, line in enumerate(lines):
        result[i, : len(line)] = line
    return result
