"""Pooling over windows of 3x3 pixels that begin two pixels apart, so that neighbours overlap.

Krizhevsky et al., "ImageNet classification with deep convolutional neural networks" (2012), section 3.4.
"""

from typing import Any

import keras

from benchmarks.layers.resampling.max_pooling import MaxPooling2D


def overlapping_pooling(length: int, kind: str = "max", name: str | None = None) -> Any:
    """The layer that pools maps of `length` x `length` pixels to about half.

    `kind` is "max" or "average". If the length is even, the last window reaches over the border by one
    pixel, which does not count, so that every pixel is seen, as in Krizhevsky's cuda-convnet (2011).
    """
    layer = {"max": MaxPooling2D, "average": keras.layers.AveragePooling2D}[kind]
    return layer(3, strides=2, padding="valid" if length % 2 else "same", name=name)
