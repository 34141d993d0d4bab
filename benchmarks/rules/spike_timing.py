"""Spike timing: what fires shortly before a cell is strengthened, what fires shortly after it is not.

Bi and Poo, "Synaptic modifications in cultured hippocampal neurons", J. Neuroscience 18 (1998), measured it;
Song, Miller and Abbott, "Competitive Hebbian learning through spike-timing-dependent synaptic plasticity",
Nature Neuroscience 3 (2000), gave it the form that is used here.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.rules.hebb import fired
from benchmarks.rules.perceptron import correct_dense
from benchmarks.rules.protocol import Batch, Context, whole_model


class Learner:
    """`w += rate * exp(-t / T)` for a cell that fires t > 0 ms before, `rate * after * exp(t / T)` for t < 0.

    `x` [n, inputs] are the times t by which the inputs precede the cells behind them, 0 for an input that
    does not fire. `time_constant` is T in ms. `after` is -1 or so as measured, 0 if only what comes before
    counts, 1 if the order does not matter. What learns is the last layer of a sequential model, a dense one
    without bias; `y` says which of its cells fire.
    """

    def __init__(self, context: Context) -> None:
        options = dict(context.stage.rule_options)
        self.model = whole_model(context)
        self.rate, self.after = options.pop("learning_rate"), options.pop("after")
        self.time_constant = options.pop("time_constant")
        if options:
            raise ValueError(
                f"spike_timing has no option {min(options)!r}; its options are learning_rate, after and"
                " time_constant"
            )
        self.cells = self.model.layers[-1]
        self.variables = list(self.model.variables)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One presentation. Logs the mean change of a connection that has a spike on both sides."""
        times = ops.cast(batch["x"], keras.config.floatx())
        change = self.rate * window(times, self.time_constant, self.after)
        correct_dense(self.cells, change, fired(batch["y"], self.cells.units))
        spikes = ops.cast(ops.not_equal(times, 0.0), times.dtype)
        return {"change": ops.sum(change) / ops.maximum(ops.sum(spikes), 1.0)}


def window(times: Any, time_constant: float, after: float) -> Any:
    """How much a connection changes, by how long in ms the input precedes the cell, float of any shape."""
    fades = ops.exp(-ops.abs(times) / time_constant)
    return fades * (ops.cast(times > 0, times.dtype) + after * ops.cast(times < 0, times.dtype))
