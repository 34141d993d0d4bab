"""The body of the VGG nets: stages of small convolutions, each ended by a 2x2 max pooling.

Simonyan, Zisserman, "Very deep convolutional networks for large-scale image recognition" (2014), section 2.
Images are float [n,h,w,c].
"""

from collections.abc import Sequence
from typing import Any

from keras import layers, regularizers

from benchmarks.layers.resampling.max_pooling import MaxPooling2D

#: The widths of the convolutions of each stage, by the number of layers with weights: configurations A,
#: B, D and E of table 1.
PLANS = {
    11: ((64,), (128,), (256,) * 2, (512,) * 2, (512,) * 2),
    13: ((64,) * 2, (128,) * 2, (256,) * 2, (512,) * 2, (512,) * 2),
    16: ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3),
    19: ((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,) * 4),
}


def stage(
    x: Any,
    widths: Sequence[int],
    decay: float = 0.0,
    normalised: bool = False,
    initializer: Any = "he_normal",
    sizes: Sequence[int] = (),
) -> Any:
    """A convolution and a ReLU for each width, of unchanged size.

    Filters are 3x3 unless `sizes` says otherwise; if `normalised`, batch normalisation comes between.
    """
    for width, size in zip(widths, sizes or (3,) * len(widths), strict=True):
        regularizer = (
            regularizers.L2(decay / 2) if decay else None
        )  # the gradient of an L2 penalty of decay / 2 is decay * w
        x = layers.Conv2D(
            width, size, padding="same", kernel_initializer=initializer, kernel_regularizer=regularizer
        )(x)
        if normalised:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = layers.ReLU()(x)
    return x


def body(
    x: Any,
    plan: Sequence[Sequence[int]],
    decay: float = 0.0,
    normalised: bool = False,
    initializer: Any = "he_normal",
) -> list[Any]:
    """The pooled maps after each stage of `plan`, finest first.

    If the number of pixels is odd, the last one is pooled alone.
    """
    pooled = []
    for widths in plan:
        x = MaxPooling2D(2, padding="same")(stage(x, widths, decay, normalised, initializer))
        pooled.append(x)
    return pooled
