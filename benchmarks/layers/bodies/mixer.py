"""The Mixer layer, as functions on Keras tensors.

Tolstikhin and others, "MLP-Mixer: an all-MLP architecture for vision" (2021), equation 1, and the authors'
vit_jax/models_mixer.py: weights start normal with a variance of one over the number of inputs, GELU is its
approximation by a tanh, and layer normalisation has an epsilon of 1e-6. Tables are float [n, tokens,
channels].
"""

from typing import Any

import keras
from keras import layers, ops


def gelu(x: Any) -> Any:
    """GELU as the authors' library computes it."""
    return ops.gelu(x, approximate=True)


def start() -> Any:
    """A fresh initialiser of weights."""
    return keras.initializers.LecunNormal()


def normalize(x: Any) -> Any:
    """Layer normalisation over the channels of each token."""
    return layers.LayerNormalization(epsilon=1e-6)(x)


def mlp(x: Any, hidden: int, name: str) -> Any:
    """Two dense layers over the last axis, GELU between them: [..., d] to the same."""
    y = layers.Dense(hidden, activation=gelu, kernel_initializer=start(), name=f"{name}_in")(x)
    return layers.Dense(x.shape[-1], kernel_initializer=start(), name=f"{name}_out")(y)


def dropped(y: Any, drop: float) -> Any:
    """A correction that is left out with probability `drop` for each example in training."""
    return layers.Dropout(drop, noise_shape=(None, 1, 1))(y) if drop else y


def mixer_layer(x: Any, tokens: int, channels: int, drops: tuple[float, float], name: str) -> Any:
    """Mixes over places, the same for each channel, then over channels, the same for each place.

    `tokens` and `channels` are the hidden widths of the two MLPs, `drops` the probabilities that one is left
    out in training, for each example.
    """
    y = layers.Permute((2, 1))(normalize(x))
    y = layers.Permute((2, 1))(mlp(y, tokens, f"{name}_tokens"))
    x = layers.Add()([x, dropped(y, drops[0])])
    y = mlp(normalize(x), channels, f"{name}_channels")
    return layers.Add()([x, dropped(y, drops[1])])


def patches(images: Any, side: int) -> Any:
    """Images [n,h,w,c] cut into squares, row by row, each a row of numbers: [n, places, side * side * c]."""
    _, height, width, colours = images.shape
    x = layers.Reshape((height // side, side, width // side, side * colours))(images)
    return layers.Reshape((-1, side * side * colours))(layers.Permute((1, 3, 2, 4))(x))


def body(
    images: Any, patch: int, depth: int, width: int, tokens: int, channels: int, drop: float = 0.0
) -> Any:
    """Patches, `depth` Mixer layers, layer normalisation, mean over the places: [n,h,w,c] to [n, width].

    The probability of leaving out an MLP rises linearly from 0 at the first to `drop` at the last.
    """
    x = layers.Dense(width, kernel_initializer=start(), name="patches")(patches(images, patch))
    for number in range(depth):
        first, second = (drop * place / max(2 * depth - 1, 1) for place in (2 * number, 2 * number + 1))
        x = mixer_layer(x, tokens, channels, (first, second), f"layer{number + 1:02}")
    return layers.GlobalAveragePooling1D()(normalize(x))
