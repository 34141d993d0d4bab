"""The work of a learning step: floating-point operations, and bytes between memory and processor.

The counters of both backends, `tensorflow_work` and `jax_work`, follow the same rules:

- *Operations*: a multiplication and an addition are two. Matrix products and convolutions are counted
  exactly, taps on the padding as none. What only makes, moves, cuts or reads numbers counts none, a reduction
  one for each element that it reads, and anything else one for each element that it computes.
- *Bytes*: matrix products, convolutions and look-ups read their operands and write their results; a look-up
  reads the rows that it takes, not the whole table. A variable that the step assigns is read and written
  once. Everything else is taken to be fused into those, and counts none.
- A loop's body counts as often as it runs. A branch that a counter chooses in every n-th step counts one
  n-th; of other branches the one with most operations counts.

What cannot be told raises `Uncounted`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np


class Uncounted(Exception):
    """An operation whose work is unknown."""


@dataclasses.dataclass(frozen=True, order=True)
class Work:
    """Floating-point operations, and bytes read and written."""

    flop: float = 0.0
    bytes: float = 0.0

    def __add__(self, other: Work) -> Work:
        return Work(self.flop + other.flop, self.bytes + other.bytes)

    def times(self, count: float) -> Work:
        """That of doing this `count` times."""
        return Work(count * self.flop, count * self.bytes)


def total(works: Iterable[Work]) -> Work:
    """The sum."""
    return sum(works, Work())


def of_branches(branches: Sequence[Work], every: int | None) -> Work:
    """The work of one of these branches: the larger, or the mean if it is known how often each is taken.

    That is so if the last of two is taken once in `every` so many times.
    """
    if every is None:
        return max(branches)
    otherwise, chosen = branches
    return chosen.times(1 / every) + otherwise.times(1 - 1 / every)


def taps_inside(
    size: int, taps: int, places: int, stride: int = 1, before: int = 0, apart: int = 1, holes: int = 1
) -> int:
    """Pairs of an output's place and a filter's tap that fall on the image, along one axis.

    The image has `size` pixels with `holes` - 1 zeros between neighbours and `before` of them in front, the
    filter's taps are `apart` pixels from each other, and places `stride` pixels.
    """
    at = np.arange(places)[:, None] * stride - before + np.arange(taps) * apart
    return int(((at >= 0) & (at <= (size - 1) * holes) & (at % holes == 0)).sum())


def trips(start: int, step: int, end: int) -> int:
    """How often a loop runs that counts from `start` in steps of `step` while it is below `end`."""
    if step <= 0:
        raise Uncounted(f"a loop that counts in steps of {step}")
    return max(0, -(-(end - start) // step))
