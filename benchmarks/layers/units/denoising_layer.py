"""A hidden layer that can also learn alone, by repairing what it is given.

Vincent et al., "Stacked denoising autoencoders", JMLR 11 (2010).
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.image.corruption import Corruption


@keras.saving.register_keras_serializable("benchmarks")
class DenoisingLayer(keras.layers.Layer):
    """y = sigmoid(x W + b): float [n, inputs] to [n, units], as any layer of sigmoid units.

    `reconstruction_error` draws z = sigmoid(y Wᵀ + b') from a corrupted x, each component of which is 0 with
    probability `amount`. The decoder's weights are the encoder's, transposed; b' is used for nothing else.
    Weights start uniform in the range for sigmoid units, four times the normalised one.
    """

    def __init__(self, units: int, amount: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.amount = units, amount
        self.corruption = Corruption("blankout", amount) if amount else None

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Make `kernel` [inputs, units], `bias` [units] and `visible_bias` [inputs]."""
        start = keras.initializers.VarianceScaling(16.0, "fan_avg", "uniform")
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units), initializer=start)
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")
        self.visible_bias = self.add_weight(
            name="visible_bias", shape=(input_shape[-1],), initializer="zeros"
        )

    def call(self, x: Any) -> Any:
        """The activations [n, units]."""
        return ops.sigmoid(ops.matmul(x, self.kernel) + self.bias)

    def reconstruction_error(self, x: Any, training: bool) -> Any:
        """Cross-entropy in nats, [n], of x in [0, 1] and what is made of x, which is spoiled in training."""
        spoiled = self.corruption(x, training=training) if self.corruption is not None else x
        logits = ops.matmul(self(spoiled), ops.transpose(self.kernel)) + self.visible_bias
        return ops.sum(ops.softplus(logits) - x * logits, axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, int]) -> tuple[int | None, int]:
        """[n, units]."""
        return (input_shape[0], self.units)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "units": self.units, "amount": self.amount}
