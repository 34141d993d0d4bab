"""Contrastive divergence in a stack of machines, of the lowest one unless a stage names another."""

import dataclasses
from typing import Any, Protocol, runtime_checkable

from benchmarks.rules import greedy_contrastive_divergence
from benchmarks.rules.greedy_contrastive_divergence import Stacked
from benchmarks.rules.protocol import Context


@runtime_checkable
class HasLowest(Stacked, Protocol):
    """A stack that says which machine sees the data."""

    lowest: Any


class Learner(greedy_contrastive_divergence.Learner):
    """The rule `greedy_contrastive_divergence`, also for a machine that stands alone, in a recipe without
    stages."""

    def __init__(self, context: Context) -> None:
        if not context.stage.trains:
            if not isinstance(context.model, HasLowest):
                raise ValueError(
                    f"stacked_contrastive_divergence needs a stack that names its lowest machine, and"
                    f" {type(context.model).__name__} does not; choose another rule, or name a machine in the"
                    " stage's `trains`"
                )
            lowest = context.model.lowest
            stage = dataclasses.replace(context.stage, trains=lowest.name)
            context = dataclasses.replace(context, stage=stage, part=lowest)
        super().__init__(context)
