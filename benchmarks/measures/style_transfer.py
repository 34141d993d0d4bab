"""What style transfer is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "style_distance",
        "%",
        "lower",
        "distance of the result's Gram matrices from the style's, as a share of the content picture's",
    ),
    Measure(
        "content_distance",
        "%",
        "lower",
        "distance of the result's maps from the content's, as a share of the style picture's",
    ),
    Measure(
        "blend_style_distance",
        "%",
        "equal",
        "style distance of a blend: the mean of content and style picture, pixel by pixel",
    ),
    Measure("blend_content_distance", "%", "equal", "content distance of that blend"),
    Measure(
        "noise_style_distance", "%", "equal", "style distance of white noise, in which the search starts"
    ),
    Measure("feature_error", "%", "lower", "classification error of the net that gives the features"),
)
