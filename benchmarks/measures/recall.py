"""What recall is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "wrong",
        "%",
        "lower",
        "sequences in which an output is off its target by the data set's tolerance or more",
    ),
    Measure(
        "wrong_scaled",
        "%",
        "lower",
        "as `wrong`, at a tolerance in proportion to the range of the targets; only where the data set "
        "narrows it",
    ),
    Measure(
        "correct",
        "%",
        "higher",
        "sequences in which all outputs are within the data set's tolerance of their targets",
    ),
    Measure(
        "mse",
        "",
        "lower",
        "squared difference between outputs and targets at the end of the sequence, "
        "mean over outputs and sequences",
    ),
    Measure(
        "error",
        "%",
        "lower",
        "sequences at whose end the most active output is not that of the right class or symbol",
    ),
)
