"""The parts of DenseNets, as functions on Keras tensors.

Huang, Liu, van der Maaten, Weinberger, "Densely connected convolutional networks" (2016). Images are float
[n,h,w,c]. In each composite the order is batch normalisation, ReLU, convolution (section 3).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from keras import layers

from benchmarks.layers.bodies.residual import normalize, weights


def composite(
    x: Any, maps: int, size: int, dropout: float = 0.0, decay: float = 0.0, name: str | None = None
) -> Any:
    """Batch normalisation, ReLU, convolution, and dropout where it is above 0."""
    x = weights(layers.ReLU()(normalize(x)), maps, size, 1, decay, name)
    return layers.Dropout(dropout)(x) if dropout else x


def dense_block(
    x: Any, number: int, count: int, growth: int, bottleneck: bool, dropout: float = 0.0, decay: float = 0.0
) -> Any:
    """`count` layers that each add `growth` maps.

    Each layer sees the block's input and the maps of all layers before it. With `bottleneck` a 1x1
    convolution to 4 * growth maps comes first. The convolutions that see everything before them are named
    "block<number>_layer<place>".
    """
    for place in range(count):
        name = f"block{number}_layer{place:02}"
        if bottleneck:
            y = composite(x, 4 * growth, 1, dropout, decay, name=name)
            y = composite(y, growth, 3, dropout, decay)
        else:
            y = composite(x, growth, 3, dropout, decay, name=name)
        x = layers.Concatenate()([x, y])
    return x


def transition(x: Any, compression: float, dropout: float = 0.0, decay: float = 0.0) -> Any:
    """Reduces the maps to the share `compression` (rounded down), and the resolution to a half."""
    return layers.AveragePooling2D(2)(composite(x, int(compression * x.shape[-1]), 1, dropout, decay))


def equal(depth: int, compact: bool) -> tuple[int, int, int]:
    """The number of layers in each of three equal blocks.

    Raises ValueError for a depth that three equal blocks do not give.
    """
    count, rest = divmod(depth - 4, 6 if compact else 3)
    if rest or count < 1:
        raise ValueError(
            f"depth {depth} is not of the form {'6n + 4' if compact else '3n + 4'}; take one of 10, 22, "
            "40, 100, 190, 250"
        )
    return (count, count, count)


def body(
    x: Any, blocks: Sequence[int], growth: int, compact: bool, dropout: float = 0.0, decay: float = 0.0
) -> Any:
    """Dense blocks with these numbers of layers, with transitions between them, and the global mean.

    Maps [n,h,w,c] to [n,maps]. `compact` nets (BC) have bottlenecks, and transitions that halve the maps.
    """
    for number, count in enumerate(blocks, start=1):
        x = dense_block(x, number, count, growth, compact, dropout, decay)
        if number < len(blocks):
            x = transition(x, 0.5 if compact else 1.0, dropout, decay)
    return layers.GlobalAveragePooling2D()(layers.ReLU()(normalize(x)))


def reuse(model: Any, number: int) -> np.ndarray:
    """How much each layer of a block uses each one before it (figure 5).

    Returns [count, count], row the source, column the user, NaN where there is no link: the mean magnitude
    of the weights from the source's maps to the user, relative to the user's largest. Row 0 is the block's
    input, row s the layer s - 1.
    """
    named = sorted(
        (layer.name, layer) for layer in model.layers if layer.name.startswith(f"block{number}_layer")
    )
    users = [np.asarray(layer.kernel.value) for _, layer in named]
    growth = users[1].shape[2] - users[0].shape[2] if len(users) > 1 else 0
    first = users[0].shape[2]
    table = np.full((len(users), len(users)), np.nan)
    for column, kernel in enumerate(users):
        edges = [0, *(first + growth * place for place in range(column + 1))]
        strength = [float(np.abs(kernel[:, :, start:end]).mean()) for start, end in pairwise(edges)]
        table[: column + 1, column] = np.array(strength) / max(strength)
    return table
