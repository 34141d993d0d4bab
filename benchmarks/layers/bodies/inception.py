"""The parts of GoogLeNet, as functions on Keras tensors.

Szegedy et al., "Going deeper with convolutions" (2014). Images and maps are float [n,h,w,c]. Convolutions
keep the size unless they have a stride, and end in ReLU.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from benchmarks.layers.resampling.max_pooling import MaxPooling2D


def convolution(x: Any, maps: int, size: int, stride: int = 1, name: str | None = None) -> Any:
    """Convolution with bias, then ReLU."""
    return layers.Conv2D(maps, size, stride, "same", activation="relu", name=name)(x)


def inception(x: Any, sizes: Sequence[int], name: str) -> Any:
    """A module with dimension reductions (figure 2b): four branches, side by side in the output.

    `sizes` is a row of table 1: maps of the 1x1 branch, of the reduction before 3x3, of 3x3, of the
    reduction before 5x5, of 5x5, and of the projection after pooling.
    """
    one, reduce_3, three, reduce_5, five, projection = sizes
    branches = [
        convolution(x, one, 1, name=f"{name}_1x1"),
        convolution(convolution(x, reduce_3, 1, name=f"{name}_3x3_reduce"), three, 3, name=f"{name}_3x3"),
        convolution(convolution(x, reduce_5, 1, name=f"{name}_5x5_reduce"), five, 5, name=f"{name}_5x5"),
        convolution(
            MaxPooling2D(3, 1, "same", name=f"{name}_pool")(x), projection, 1, name=f"{name}_projection"
        ),
    ]
    return layers.Concatenate(name=name)(branches)


def auxiliary_classifier(x: Any, classes: int, width: float = 1.0, name: str = "auxiliary") -> Any:
    """The classifier on the side (section 5).

    5x5 average pooling with stride 3, 128 maps and 1024 units (both times `width`), and dropout of 70%.
    Maps smaller than 5 pixels are averaged as a whole. Returns logits [n, classes].
    """
    x = layers.AveragePooling2D(min(5, x.shape[1]), 3, name=f"{name}_pool")(x)
    x = layers.Flatten(name=f"{name}_flat")(convolution(x, round(128 * width), 1, name=f"{name}_reduce"))
    x = layers.Dense(round(1024 * width), "relu", name=f"{name}_hidden")(x)
    return layers.Dense(classes, name=f"{name}_logits")(layers.Dropout(0.7, name=f"{name}_dropout")(x))


@keras.saving.register_keras_serializable("benchmarks")
class Classifiers(layers.Layer):
    """Picks the logits of several classifiers, [n, classes] each.

    In training it gives all of them, float [n, classifiers, classes]; otherwise those of the first alone.
    """

    def call(self, logits: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        return ops.stack(logits, axis=1) if training else logits[0]

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape[0]
