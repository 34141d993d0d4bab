"""What reconstruction is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "cross_entropy",
        "nats",
        "lower",
        "cross-entropy of the pixels' grey values with their reconstruction, summed over an example's pixels",
    ),
    Measure(
        "squared_error",
        "grey²",
        "lower",
        "squared error of the reconstruction (black 0, white 1), summed over an example's pixels",
    ),
    Measure(
        "corruption_error",
        "grey²",
        "equal",
        "the same of the corrupted input itself: what doing nothing scores",
    ),
    Measure(
        "error_removed",
        "%",
        "higher",
        "part of the corruption's squared error that the reconstruction removes; negative where it does harm",
    ),
)
