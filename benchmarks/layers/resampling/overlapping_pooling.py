"""Pooling over windows of 3x3 pixels that begin two pixels apart, so that neighbours overlap.

Krizhevsky et al., "ImageNet classification with deep convolutional neural networks" (2012), section 3.4.
"""

from typing import Any

import keras

from benchmarks.layers.resampling.max_pooling import MaxPooling2D


def overlapping_pooling(length: int, kind: str = "max", name: str | None = None) -> Any:
    """The layer that pools maps of `length` x `length` pixels to about half; `kind` is "max" or "average".

    On an even length the last window reaches over the border by one pixel, which counts for nothing: so
    many windows as are needed to see every pixel, as in Krizhevsky's cuda-convnet (2011).
    """
    layer = {"max": MaxPooling2D, "average": keras.layers.AveragePooling2D}[kind]
    return layer(3, strides=2, padding="valid" if length % 2 else "same", name=name)
