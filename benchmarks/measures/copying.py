"""What copying is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "bits_per_sequence",
        "bit/sequence",
        "lower",
        "cross-entropy of the repeated bits, summed over a sequence, mean over sequences",
    ),
    Measure("bit_error", "%", "lower", "repeated bits that are wrong"),
    Measure("wrong", "%", "lower", "sequences of which a repeated bit is wrong"),
    Measure(
        "longer_bit_error",
        "%",
        "lower",
        "repeated bits that are wrong in sequences of the recipe's greater lengths, mean over the lengths",
    ),
    Measure(
        "longest_copied",
        "steps",
        "higher",
        "the greatest of the recipe's greater lengths up to which no more than a tenth of the repeated bits "
        "are wrong at any; 0 if the first is too long",
    ),
)
