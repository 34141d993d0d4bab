"""Trainable subsampling, as layers S2 and S4 of LeNet-5."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.units.scaled_tanh import FanInUniform


@keras.saving.register_keras_serializable("benchmarks")
class Subsampling(keras.layers.Layer):
    """The sum of each 2x2 area, times one trained coefficient per map, plus one trained bias per map.

    Float [n,2h,2w,maps] to [n,h,w,maps * copies], without activation; `copies` neighbouring maps read each
    map, as in LeNet-4. Coefficients are drawn by FanInUniform(bound, power), with four inputs per unit.
    Source: LeCun et al. 1998, section II.B.
    """

    def __init__(self, bound: float = 2.4, power: float = 1.0, copies: int = 1, **options: Any) -> None:
        super().__init__(**options)
        self.bound, self.power, self.copies = bound, power, copies

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        maps = input_shape[-1] * self.copies
        self.coefficient = self.add_weight(
            name="coefficient", shape=(maps,), initializer=FanInUniform(self.bound, self.power, inputs=4)
        )
        self.bias = self.add_weight(name="bias", shape=(maps,), initializer="zeros")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        total = 4.0 * ops.average_pool(x, (2, 2), strides=(2, 2))
        if self.copies > 1:
            total = ops.repeat(total, self.copies, axis=-1)
        return total * ops.cast(self.coefficient, x.dtype) + ops.cast(self.bias, x.dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, maps = input_shape
        return (n, height // 2, width // 2, maps * self.copies)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "bound": self.bound, "power": self.power, "copies": self.copies}
