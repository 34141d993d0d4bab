"""What models that know their likelihood are scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "log_likelihood",
        "nats",
        "higher",
        "mean log-probability of an example, drawn from its grey values with a fixed seed",
    ),
    Measure(
        "baseline_log_likelihood",
        "nats",
        "equal",
        "the same as if all units were independent, with their rates in the training split",
    ),
    Measure(
        "bits_per_dimension",
        "bits",
        "lower",
        "minus the mean log-probability of the grey levels to base 2, for each pixel and colour; of a "
        "density over continuous values, to which uniform noise of one level was added, it is an upper bound",
    ),
    Measure(
        "baseline_bits_per_dimension",
        "bits",
        "equal",
        "the same as if all pixels were independent, with the frequencies of their levels in the "
        "training split",
    ),
)
