"""Local response normalisation: a unit is damped by the activity around it, in other maps or in its own."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class LocalResponseNormalization(keras.layers.Layer):
    """x / (k + alpha * sum of the neighbours' x**2) ** beta, for maps [n,h,w,c].

    Beyond the border are zeros. Neighbours are, with the unit itself, the units at the same place in the
    `size` nearest maps (`across`: Krizhevsky et al. 2012, section 3.3, whose constants are the defaults),
    or those of the same map in the `size` x `size` pixels around it (`across=False`: layer "rnorm" of
    Krizhevsky's cuda-convnet, 2011). `size` is odd. The denominator is computed in the precision of the
    weights, since bfloat16 does not distinguish 2 from 2.001.
    """

    def __init__(
        self,
        size: int = 5,
        alpha: float = 0.0001,
        beta: float = 0.75,
        k: float = 2.0,
        across: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.size, self.alpha, self.beta, self.k, self.across = size, alpha, beta, k, across

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        squares = ops.square(ops.cast(x, self.variable_dtype))
        half, maps = self.size // 2, x.shape[-1]
        if self.across:
            padded = ops.pad(squares, ((0, 0), (0, 0), (0, 0), (half, half)))
            total = sum(padded[..., first : first + maps] for first in range(self.size))
        else:
            padded = ops.pad(squares, ((0, 0), (half, half), (half, half), (0, 0)))
            total = self.size**2 * ops.average_pool(padded, self.size, strides=1)
        # By logarithm and exponential, which processors compute several times faster than a power.
        return x * ops.cast(ops.exp(-self.beta * ops.log(self.k + self.alpha * total)), x.dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        constants = {
            "size": self.size,
            "alpha": self.alpha,
            "beta": self.beta,
            "k": self.k,
            "across": self.across,
        }
        return {**super().get_config(), **constants}
