"""Gates on maps that depend on all that the image shows.

Hu, Shen, Albanie, Sun, Wu, "Squeeze-and-excitation networks" (2017), as a function on Keras tensors.
"""

from typing import Any

import keras
from keras import layers


def squeeze_excitation(x: Any, ratio: int = 16, decay: float = 0.0) -> Any:
    """Multiplies each map by a gate computed from the means of all maps (equations 2 to 4).

    Maps are float [n,h,w,c]; gates lie between 0 and 1. Two layers with biases, of c / `ratio` units (at
    least one; ReLU) and of c (sigmoid), as in the authors' code.
    """
    maps = x.shape[-1]
    regularizer = (
        keras.regularizers.L2(decay / 2) if decay else None
    )  # the gradient of an L2 penalty of decay / 2 is decay * w
    settings = {"kernel_initializer": "he_normal", "kernel_regularizer": regularizer}
    squeezed = layers.GlobalAveragePooling2D()(x)
    gates = layers.Dense(maps, "sigmoid", **settings)(
        layers.Dense(max(1, maps // ratio), "relu", **settings)(squeezed)
    )
    return layers.Multiply()([x, layers.Reshape((1, 1, maps))(gates)])


def gates(model: Any) -> list[Any]:
    """The gates of each block of a model, in their order: Keras tensors [n,c]."""
    return [
        layer.output
        for layer in model.layers
        if isinstance(layer, layers.Dense) and layer.activation is keras.activations.sigmoid
    ]
