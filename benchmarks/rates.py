"""Schedules of learning rates as recipes write them down: plain mappings that `rules/optimizers.py` makes
into Keras' schedules."""

from collections.abc import Sequence
from typing import Any


def tenths(rate: float, passes: Sequence[int], steps: int) -> dict[str, Any]:
    """`passes[0]` passes of `steps` steps at `rate`, `passes[1]` at a tenth of it, `passes[2]` at a
    hundredth, and so on."""
    ends = [steps * sum(passes[: number + 1]) for number in range(len(passes) - 1)]
    return {
        "name": "PiecewiseConstantDecay",
        "boundaries": ends,
        "values": [rate / 10**number for number in range(len(passes))],
    }
