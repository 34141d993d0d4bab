"""What a density whose likelihood can only be bounded is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "log_likelihood_bound",
        "nats",
        "higher",
        "lower bound of the mean log-probability of an example, drawn from its grey values with a fixed "
        "seed; the partition function is an estimate unless it was summed",
    ),
    Measure(
        "baseline_log_likelihood",
        "nats",
        "equal",
        "the same as if all units were independent, with their rates in the training split",
    ),
    Measure(
        "log_partition_error",
        "nats",
        "lower",
        "standard error of the estimated log Z over the chains of annealed importance sampling",
    ),
    Measure(
        "effective_chains",
        "chains",
        "higher",
        "effective number of chains of annealed importance sampling, (Σw)²/Σw² of their weights",
    ),
    Measure(
        "reconstruction_error",
        "units²",
        "lower",
        "squared error of a training example given the means of the layer above it, summed over units",
    ),
)
