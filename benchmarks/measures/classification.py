"""What classification is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure("error", "%", "lower", "examples whose most likely class is not the labelled one"),
    Measure("accuracy", "%", "higher", "examples whose most likely class is the labelled one"),
    Measure("top5_error", "%", "lower", "examples whose labelled class is not among the five most likely"),
    Measure(
        "half_mse",
        "",
        "lower",
        "half the squared difference between outputs and targets, mean over examples and output units",
    ),
    Measure(
        "train_error",
        "%",
        "lower",
        "training examples whose most likely class is not the labelled one, after training",
    ),
    Measure("train_half_mse", "", "lower", "the same on the training examples, after training"),
    Measure("member_error", "%", "lower", "error of a committee's single members, mean over the members"),
)
