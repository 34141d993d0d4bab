"""The squashing function of the 1990s: 1.7159 tanh(2x/3), with the initialisation that suits it."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
def scaled_tanh(x):
    """`1.7159 * tanh(2/3 * x)`: f(1) = 1 and f(-1) = -1, greatest curvature there (LeCun et al. 1998, appendix A)."""
    return 1.7159 * ops.tanh(x * (2.0 / 3.0))


@keras.saving.register_keras_serializable("benchmarks")
class FanInUniform(keras.initializers.Initializer):
    """Uniform in [-bound/F, bound/F] with F the number of inputs to a unit (LeCun et al. 1998, appendix A: 2.4)."""

    def __init__(self, bound: float = 2.4, seed: int | None = None) -> None:
        self.bound = bound
        self.random = keras.initializers.RandomUniform(-1.0, 1.0, seed=seed)

    def __call__(self, shape, dtype=None):
        fan_in = 1
        for size in shape[:-1]:
            fan_in *= size
        return self.random(shape, dtype) * (self.bound / fan_in)

    def get_config(self) -> dict[str, float]:
        return {"bound": self.bound}
