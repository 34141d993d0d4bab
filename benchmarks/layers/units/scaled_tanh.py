"""The squashing function of the 1990s: 1.7159 tanh(2x/3), with the initialisation that suits it."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
def scaled_tanh(x: Any) -> Any:
    """1.7159 * tanh(2/3 * x): f(1) = 1 and f(-1) = -1, with the greatest curvature there.

    LeCun et al. 1998, appendix A.
    """
    return 1.7159 * ops.tanh(x * (2.0 / 3.0))


def scaled_tanh_slope(x: Any) -> Any:
    """The derivative of `scaled_tanh` at x."""
    return 1.7159 * (2.0 / 3.0) * (1.0 - ops.square(ops.tanh(x * (2.0 / 3.0))))


def squashed(trained: Sequence[Any]) -> list[Any]:
    """Each layer with its `scaled_tanh` behind it, as a layer of that name and `_state`."""
    return [
        part
        for layer in trained
        for part in (layer, keras.layers.Activation(scaled_tanh, name=f"{layer.name}_state"))
    ]


@keras.saving.register_keras_serializable("benchmarks")
class FanInUniform(keras.initializers.Initializer):
    """Uniform in [-bound / F**power, bound / F**power], with F the number of inputs to a unit.

    The defaults are those of LeCun et al. 1998, appendix A. A bound of sqrt(3) and a power of 1/2
    give the standard deviation 1 / sqrt(F) of LeCun, Bottou, Orr, Müller, "Efficient BackProp" (1998).
    `inputs` is F where the shape does not say it: all axes but the last.
    """

    def __init__(
        self, bound: float = 2.4, power: float = 1.0, inputs: Any = None, seed: int | None = None
    ) -> None:
        self.bound, self.power, self.inputs = bound, power, inputs
        self.random = keras.initializers.RandomUniform(-1.0, 1.0, seed=seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The initial values."""
        inputs = np.prod(shape[:-1]) if self.inputs is None else np.asarray(self.inputs)
        return self.random(shape, dtype) * ops.cast(
            self.bound / inputs**self.power, dtype or keras.config.floatx()
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {"bound": self.bound, "power": self.power, "inputs": self.inputs}
