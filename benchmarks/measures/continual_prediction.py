"""What continual prediction is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "run",
        "predictions",
        "higher",
        "predictions before the first wrong one, mean over the streams; all of them where none is wrong",
    ),
    Measure(
        "perfect",
        "%",
        "higher",
        "100 if no prediction is wrong in any stream, else 0: over several runs, the share of such nets",
    ),
    Measure(
        "correct",
        "%",
        "higher",
        "predictions in which the outputs of all symbols that may follow are more active than all others",
    ),
    Measure(
        "correct_late",
        "%",
        "higher",
        "the same in the last tenth of each stream: what is left after so many steps without a reset",
    ),
)
