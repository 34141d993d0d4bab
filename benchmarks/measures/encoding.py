"""What encoding is scored by. Among times, a machine that has not got there counts with all cycles it had."""

from benchmarks.spec import Measure

MEASURES = (
    Measure("solved", "%", "higher", "machines in which each pattern has a code of its own"),
    Measure("codes", "codes", "higher", "different codes of the patterns, mean over the machines"),
    Measure(
        "median_cycles",
        "cycles",
        "lower",
        "learning cycles until each pattern first has a code of its own, or to the end if it never has one; "
        "median over the machines",
    ),
    Measure("longest_cycles", "cycles", "lower", "the same of the machine that takes longest"),
    Measure(
        "median_lasting_cycles",
        "cycles",
        "lower",
        "learning cycles until each pattern has a code of its own for good, or to the end; median over the "
        "machines",
    ),
    Measure(
        "median_almost_cycles",
        "cycles",
        "lower",
        "learning cycles until all patterns but one first have codes of their own, or to the end; median "
        "over the machines",
    ),
    Measure(
        "spaced",
        "%",
        "higher",
        "machines that have had codes of which no two differ in fewer than two units",
    ),
    Measure(
        "median_spaced_cycles",
        "cycles",
        "lower",
        "learning cycles until no two codes differ in fewer than two units, or to the end; median over the "
        "machines",
    ),
    Measure("longest_spaced_cycles", "cycles", "lower", "the same of the machine that takes longest"),
    Measure(
        "completed",
        "%",
        "higher",
        "settlings with one group clamped after which the right unit of the other is on, and no other of it",
    ),
    Measure(
        "divergence",
        "nats",
        "lower",
        "divergence G of the machine from its noisy environment, summed over all visible states; median over "
        "the machines",
    ),
)
