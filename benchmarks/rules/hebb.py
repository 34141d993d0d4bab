"""Hebb's rule: a connection grows when the cell before it takes part in firing the cell behind it.

Hebb, "The Organization of Behavior" (1949), chapter 4, in words; the outer product is how it was written down
later.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.rules.perceptron import before_last, correct_dense
from benchmarks.rules.protocol import Batch, Context, whole_model
from benchmarks.rules.targets import binary_targets


class Learner:
    """`w += rate * before * behind`, summed over the batch: no error is computed.

    `before` are the activities that the last layer of a sequential model sees, a dense one without bias; it
    is what learns. `behind` are those of its own cells, which something else fires while it learns: 1 for the
    class or, where `y` [n, units] says so for each cell, for the cells that are on. `silent` is the activity
    of the others: 0 for a rule by which connections only grow, -1 for the outer product of signs.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model = whole_model(context)
        self.rate, self.silent = options.pop("learning_rate"), options.pop("silent", 0.0)
        if options:
            raise ValueError(f"hebb has no option {min(options)!r}; its options are learning_rate and silent")
        self.cells = self.model.layers[-1]
        self.variables = list(self.model.variables)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One presentation. Logs the mean growth of a connection."""
        before = ops.cast(before_last(self.model, batch["x"]), keras.config.floatx())
        behind = self.silent + (1.0 - self.silent) * fired(batch["y"], self.cells.units)
        correct_dense(self.cells, before, self.rate * behind)
        growth = ops.sum(ops.mean(before, axis=1) * ops.mean(behind, axis=1))
        return {"growth": self.rate * growth}


def fired(y: Any, units: int) -> Any:
    """Which cells fire, float [n, units] of 0 and 1: for classes int32 [n], or cells int32 [n, units]."""
    return ops.cast(y, keras.config.floatx()) if len(y.shape) == 2 else binary_targets(y, units)
