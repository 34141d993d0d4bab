"""What language modelling is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "cross_entropy",
        "nat/symbol",
        "lower",
        "mean negative logarithm of the probability given to the symbol that followed",
    ),
    Measure(
        "perplexity",
        "symbols",
        "lower",
        "exponential of the cross-entropy: as many equally likely symbols would leave as much doubt",
    ),
    Measure("bits_per_symbol", "bit/symbol", "lower", "the cross-entropy in bits"),
    Measure(
        "bits_per_character",
        "bit/character",
        "lower",
        "the cross-entropy of the text in bits, divided among its characters, where a symbol may stand for "
        "several",
    ),
    Measure(
        "legal",
        "%",
        "higher",
        "steps at which the most active output is a symbol that the grammar allows there",
    ),
    Measure(
        "strings_correct",
        "%",
        "higher",
        "strings in which, at every step, the outputs of all symbols that may follow are more active "
        "than all others",
    ),
    Measure(
        "solved",
        "%",
        "higher",
        "100 if every string is predicted correctly, else 0: over several runs, the share of successful ones",
    ),
    Measure(
        "rms_error",
        "",
        "lower",
        "root of the mean squared difference between the outputs and the true probabilities of the symbols",
    ),
    Measure(
        "cosine",
        "",
        "higher",
        "mean cosine of the angle between the outputs and the true probabilities of the symbols",
    ),
)
