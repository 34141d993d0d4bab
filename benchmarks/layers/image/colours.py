"""Colours brought to mean 0 and standard deviation 1 by constants from the papers' code.

No pass over the training split is needed, so this is for data that do not fit into memory. Where a paper
subtracts the mean of its own training split, use `MeanImage` and `MeanColour` of
`benchmarks.layers.image.augmentation`.
"""

from typing import Any

from keras import layers

#: Of red, green and blue: mean, standard deviation over the training images, for pixels from 0 to 255.
#: Source of the first two: the Torch code of residual nets by Facebook, which that of the DenseNets is
#: built on.
#: The digits (0 to 16, one channel) were measured.
COLOURS = {
    "imagenet": ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
    "cifar10": ((125.3, 123.0, 113.9), (63.0, 62.1, 66.7)),
    "digits": ((4.884,), (6.017,)),
}


def standardize(x: Any, colours: str) -> Any:
    """Images [n,h,w,c] of any type to float, each channel brought to mean 0 and deviation 1.

    Raises KeyError for other `colours`.
    """
    mean, deviation = COLOURS[colours]
    offset = [-m / d for m, d in zip(mean, deviation, strict=True)]
    return layers.Rescaling([1 / d for d in deviation], offset, name="standardized")(x)
