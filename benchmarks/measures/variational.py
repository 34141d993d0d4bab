"""What models with latent variables are scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "log_likelihood",
        "nats",
        "higher",
        "mean log-probability of an example, drawn from its grey values with a fixed seed: estimated by "
        "importance-weighted samples of the encoder, below the truth on average",
    ),
    Measure(
        "bound",
        "nats",
        "higher",
        "the variational lower bound of the same, averaged over the same samples",
    ),
    Measure(
        "baseline_log_likelihood",
        "nats",
        "equal",
        "the same as if all units were independent, with their rates in the training split",
    ),
)
