"""The block of ConvNeXt, as functions on Keras tensors.

Liu, Mao, Wu, Feichtenhofer, Darrell, Xie, "A ConvNet for the 2020s" (2022). Images are float [n,h,w,c]. All
weights are drawn from a normal distribution with a standard deviation of 0.02, as in the authors' code,
where the truncation at 2 has no effect; table 5 prints 0.2. Biases start at 0.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops


def normal() -> Any:
    """A fresh initialiser of weights."""
    return keras.initializers.RandomNormal(stddev=0.02)


def normalize(x: Any, name: str | None = None) -> Any:
    """Layer normalisation over the maps of each pixel."""
    return layers.LayerNormalization(epsilon=1e-6, name=name)(x)


@keras.saving.register_keras_serializable("benchmarks")
class LayerScale(layers.Layer):
    """Multiplies each map by a weight that starts at `initial`: [...,c] to the same.

    Source: Touvron et al. 2021, section 3.
    """

    def __init__(self, initial: float = 1e-06, **options: Any) -> None:
        super().__init__(**options)
        self.initial = initial

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.gamma = self.add_weight(
            name="gamma", shape=input_shape[-1:], initializer=keras.initializers.Constant(self.initial)
        )

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return x * ops.cast(self.gamma, x.dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "initial": self.initial}


def block(x: Any, drop: float, name: str) -> Any:
    """Depthwise 7x7, normalisation, four times the maps, GELU, back again, layer scale; added to the input.

    In training the correction of an example is dropped with probability `drop`, and otherwise divided by 1
    - drop (stochastic depth).
    """
    maps = x.shape[-1]
    y = layers.DepthwiseConv2D(7, padding="same", depthwise_initializer=normal(), name=f"{name}_depthwise")(x)
    y = layers.Dense(4 * maps, activation="gelu", kernel_initializer=normal())(normalize(y))
    y = LayerScale()(layers.Dense(maps, kernel_initializer=normal())(y))
    y = layers.Dropout(drop, noise_shape=(None, 1, 1, 1))(y) if drop else y
    return layers.Add()([x, y])


def body(x: Any, depths: Sequence[int], widths: Sequence[int], drop: float = 0.0, patch: int = 4) -> Any:
    """Patches, stages of blocks with downsampling between them, global mean, layer normalisation.

    Maps [n,h,w,c] to [n,widths[-1]]. The probability of dropping a block rises linearly from 0 at the first
    to `drop` at the last.
    """
    x = normalize(layers.Conv2D(widths[0], patch, patch, kernel_initializer=normal(), name="patches")(x))
    total, number = sum(depths), 0
    for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        if stage:
            x = layers.Conv2D(width, 2, 2, kernel_initializer=normal())(normalize(x))
        for _ in range(depth):
            x = block(x, drop * number / max(total - 1, 1), f"block{number:02}")
            number += 1
    return normalize(layers.GlobalAveragePooling2D()(x))
