"""What memory of an input is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "memory_capacity",
        "steps",
        "higher",
        "squared correlation of an output with what the input was k steps ago, summed over the outputs, of "
        "which there is one for each k from 1",
    ),
)
