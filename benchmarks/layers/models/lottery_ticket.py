"""A net that is pruned and set back to its first weights when a stage begins.

Frankle and Carbin, "The lottery ticket hypothesis: finding sparse, trainable neural networks" (2019): the
four steps of section 1, with the layer-wise magnitude pruning of section 2.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.spec import Data


class PrunedDense(keras.layers.Layer):
    """act(x (W * mask) + b): [n, d] to [n, units]. A weight whose mask is 0 has no effect and does not learn.

    `kernel` and `bias` are trained. What the layer has to remember are variables that are not: `mask`,
    `first`, the first weights, and `fresh`, weights from the same distribution that were never used. Kernels
    start normal in Glorot's range, biases at 0.
    """

    def __init__(self, units: int, activation: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.activation = units, keras.activations.get(activation)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        shape = (input_shape[-1], self.units)
        self.kernel = self.add_weight(
            name="kernel", shape=shape, initializer=keras.initializers.GlorotNormal()
        )
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")
        self.mask = self.add_weight(name="mask", shape=shape, initializer="ones", trainable=False)
        self.first = self.add_weight(name="first", shape=shape, initializer="zeros", trainable=False)
        self.fresh = self.add_weight(
            name="fresh", shape=shape, initializer=keras.initializers.GlorotNormal(), trainable=False
        )

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        kernel = ops.cast(self.kernel * self.mask, x.dtype)
        return self.activation(ops.matmul(x, kernel) + ops.cast(self.bias, x.dtype))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.units)

    def remember(self) -> None:
        """Take the weights as they are for the first ones."""
        self.first.assign(np.asarray(self.kernel.value).copy())  # two variables must not share memory

    def prune(self, share: float) -> None:
        """Keep this share of the weights that are left, those of the largest magnitude."""
        mask = np.asarray(self.mask.value).ravel()
        alive = np.flatnonzero(mask)
        size = np.abs(np.asarray(self.kernel.value)).ravel()[alive]
        kept = alive[np.argsort(-size, kind="stable")[: round(share * len(alive))]]
        mask = np.zeros_like(mask)
        mask[kept] = 1.0
        self.mask.assign(mask.reshape(self.kernel.shape))

    def rewind(self, fresh: bool = False) -> None:
        """Set the weights back to the first ones, or to others that were never trained; biases to 0."""
        self.kernel.assign(np.asarray((self.fresh if fresh else self.first).value).copy())
        self.bias.assign(np.zeros(self.units, "float32"))

    def free_parameters(self) -> int:
        """The weights that are left, and the biases."""
        return int(np.asarray(self.mask.value).sum()) + self.units


class LotteryTicket(keras.Sequential):
    """A net of `PrunedDense` layers that is trained in rounds.

    When the first stage begins, "dense", it remembers its weights. When another does, it prunes each layer
    to a share of what is left, and goes back to the remembered weights; in a stage whose name ends with "new
    weights" it goes to others instead. `keep` maps names of layers to these shares.
    """

    def __init__(self, layers: Any, keep: Mapping[str, float], **options: Any) -> None:
        super().__init__(layers, **options)
        self.keep = dict(keep)

    def begin_stage(self, name: str, data: Data, predict: Any) -> None:
        """Remember, or prune and go back."""
        for layer in self.layers:
            if not isinstance(layer, PrunedDense):
                continue
            if name == "dense":
                layer.remember()
            else:
                layer.prune(self.keep[layer.name])
                layer.rewind(fresh=name.endswith("new weights"))
