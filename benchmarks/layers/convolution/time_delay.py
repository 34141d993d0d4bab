"""Layers over sequences whose units see a few moments at once, with the same weights at all times.

Sequences are float [n,T,channels].
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.units.scaled_tanh import FanInUniform


def delayed(x: Any, copies: int, spacing: int = 1, causal: bool = False) -> Any:
    """Each moment next to the `copies` - 1 moments before it, `spacing` apart.

    Maps [n,T,c] to [n,T',copies*c], the earliest first. T' is T minus (copies - 1) * spacing; with
    `causal`, zeros in front of the sequence keep it at T.
    """
    reach = (copies - 1) * spacing
    if causal:
        x = ops.pad(x, ((0, 0), (reach, 0), (0, 0)))
    return ops.concatenate(
        [x[:, start : (start - reach) or None] for start in range(0, reach + 1, spacing)], axis=-1
    )


@keras.saving.register_keras_serializable("benchmarks")
class TimeDelay(keras.layers.Layer):
    """`units` logistic units that see `copies` neighbouring moments of all channels.

    Maps [n,T,c] to [n,T-copies+1,units]. A convolution in one dimension: Waibel et al. 1989, section II.A.
    """

    def __init__(self, units: int, copies: int, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.copies = units, copies

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        inputs = self.copies * input_shape[-1]
        self.kernel = self.add_weight(
            name="kernel", shape=(inputs, self.units), initializer=FanInUniform(3**0.5, 0.5)
        )
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.sigmoid(ops.matmul(delayed(x, self.copies), self.kernel) + self.bias)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "units": self.units, "copies": self.copies}


@keras.saving.register_keras_serializable("benchmarks")
class Integration(keras.layers.Layer):
    """One logistic output per channel, which weighs all moments of its channel equally: [n,T,c] to [n,c].

    Each output has one weight and one bias, so the moment at which the evidence appears makes no
    difference.
    """

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.weight = self.add_weight(name="weight", shape=(input_shape[-1],), initializer="ones")
        # The output starts at 1/2 where half of the evidence is there.
        self.bias = self.add_weight(
            name="bias",
            shape=(input_shape[-1],),
            initializer=keras.initializers.Constant(-input_shape[1] / 2),
        )

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.sigmoid(self.weight * ops.sum(x, axis=1) + self.bias)


@keras.saving.register_keras_serializable("benchmarks")
class TokenScaling(keras.layers.Layer):
    """Shifts and scales each example on its own: mean 0 and largest magnitude 1.

    Any type [n,T,c] to float of that shape.
    """

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        x = ops.cast(x, self.compute_dtype)
        x = x - ops.mean(x, axis=(1, 2), keepdims=True)
        return x / ops.maximum(ops.max(ops.abs(x), axis=(1, 2), keepdims=True), 1e-6)


@keras.saving.register_keras_serializable("benchmarks")
class CausalConvolution(keras.layers.Layer):
    """A dilated causal convolution with weight normalisation: [n,T,c] to [n,T,units].

    Moment t sees t, t-d, ..., t-(copies-1)*d. A unit's kernel is its magnitude times its direction, divided
    by the direction's length (Salimans and Kingma 2016). Directions and biases start uniform between plus
    and minus 1 / sqrt(inputs of a unit), magnitudes as the directions' lengths. Source: Bai, Kolter, Koltun
    2018, section 3; the initial values are those of the authors' code.
    """

    def __init__(self, units: int, copies: int, dilation: int = 1, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.copies, self.dilation = units, copies, dilation

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        inputs = self.copies * input_shape[-1]
        self.direction = self.add_weight(
            name="direction", shape=(inputs, self.units), initializer=FanInUniform(1.0, 0.5)
        )
        self.magnitude = self.add_weight(
            name="magnitude",
            shape=(self.units,),
            initializer=lambda shape, dtype=None: lengths(self.direction),
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.units,), initializer=FanInUniform(1.0, 0.5, inputs)
        )

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        kernel = self.direction * (self.magnitude / lengths(self.direction))
        return ops.matmul(delayed(x, self.copies, self.dilation, causal=True), kernel) + self.bias

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "units": self.units, "copies": self.copies, "dilation": self.dilation}


def lengths(columns: Any) -> Any:
    """The Euclidean length of each column: [m,n] to [n]."""
    return ops.sqrt(ops.sum(ops.square(columns), axis=0))


@keras.saving.register_keras_serializable("benchmarks")
class PermutedSteps(keras.layers.Layer):
    """The moments of [n,T,c] in another order, the same for every example and every run.

    The permutation is drawn from `seed`.
    """

    def __init__(self, seed: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.seed = seed

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.take(x, np.random.default_rng(self.seed).permutation(x.shape[1]), axis=1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "seed": self.seed}
