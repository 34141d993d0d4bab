"""What translation is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure("exact_match", "%", "higher", "sequences produced without a single mistake"),
    Measure(
        "token_accuracy",
        "%",
        "higher",
        "symbols that are the likeliest ones given the true symbols before them, end symbol included",
    ),
    Measure(
        "perplexity",
        "",
        "lower",
        "exp of the mean cross-entropy of a symbol given the true ones before it, end symbol included, "
        "without label smoothing",
    ),
    Measure(
        "bleu",
        "BLEU",
        "higher",
        "corpus BLEU of the text produced, by sacrebleu: nrefs:1|case:lc|eff:no|tok:13a|smooth:exp",
    ),
)
