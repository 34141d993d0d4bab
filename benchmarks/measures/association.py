"""What association is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "recalled", "%", "higher", "cues from which the network comes to rest in the memory that is meant"
    ),
    Measure("nearly_recalled", "%", "lower", "cues from which it comes to rest with 1 to 4 units wrong"),
    Measure("elsewhere", "%", "lower", "cues from which it comes to rest with 5 or more units wrong"),
    Measure("wrong_units", "units", "lower", "units that are wrong at rest, the mean over the cues"),
)
