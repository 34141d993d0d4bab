"""What robustness is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "adversarial_error",
        "%",
        "lower",
        "examples that are misclassified after a step of the fast gradient sign method",
    ),
    Measure(
        "adversarial_confidence",
        "%",
        "lower",
        "mean probability that the net gives its answer where that is wrong after such a step",
    ),
)
