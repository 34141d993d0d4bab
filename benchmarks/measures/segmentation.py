"""What segmentation is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "mean_iou",
        "%",
        "higher",
        "pixels that truth and model give a class, as a share of those that either does; mean over classes",
    ),
    Measure("pixel_accuracy", "%", "higher", "pixels whose most likely class is the true one"),
    Measure("mean_class_accuracy", "%", "higher", "pixels of a class that are given it; mean over classes"),
)
