"""What generation is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "parzen_log_likelihood",
        "nats",
        "higher",
        "mean log-density of an example (pixels in [0, 1]) under Gaussians around the samples, "
        "of the width that suits the validation split best",
    ),
    Measure("parzen_error", "nats", "lower", "standard error of that mean over the examples"),
    Measure(
        "parzen_width", "grey", "equal", "the width (standard deviation of the Gaussians) that was chosen"
    ),
    Measure(
        "frechet_distance",
        "feature²",
        "lower",
        "Fréchet distance of as many samples as examples, on the 32 rectified features before the output "
        "of a 128-32 classifier that this suite trains on the training split",
    ),
    Measure(
        "frechet_baseline", "feature²", "equal", "the same of as many training examples: what real data score"
    ),
    Measure("feature_error", "%", "lower", "classification error of the net that gives the features"),
    Measure(
        "discriminator_loss",
        "nats",
        "lower",
        "cross-entropy of telling data from samples; 0.693 where they cannot be told apart",
    ),
    Measure("generator_loss", "nats", "lower", "what the generator pays for being seen through"),
)
