"""Spatial pyramid pooling: the maxima of a map in grids of several sizes, as many for any image.

He, Zhang, Ren, Sun, "Spatial pyramid pooling in deep convolutional networks for visual recognition" (2014).
"""

from collections.abc import Sequence
from typing import Any

from keras import layers

from benchmarks.layers.resampling.max_pooling import MaxPooling2D


def pyramid_pooling(x: Any, bins: Sequence[int]) -> Any:
    """Square maps [n,a,a,c] to [n, c * sum of squares of `bins`]: each grid has b x b maxima.

    For maps of a x a a grid's windows have ceil(a / b) pixels a side and begin floor(a / b) pixels apart, as
    in the paper's section 2.2. Raises ValueError where that makes more than b windows.
    """
    height, width = x.shape[1:3]
    if height != width:
        raise ValueError(f"a pyramid needs square maps, and these are {height}x{width}")
    pooled = []
    for count in bins:
        side, step = -(-height // count), height // count
        if step == 0 or (height - side) // step + 1 != count:
            raise ValueError(f"windows of one size make no {count}x{count} bins of maps of {height}x{height}")
        pooled.append(layers.Flatten()(MaxPooling2D(side, strides=step)(x)))
    return layers.Concatenate()(pooled) if len(pooled) > 1 else pooled[0]
