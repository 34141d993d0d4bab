"""A bound on the size of each filter."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class MaxRMS(keras.constraints.Constraint):
    """Bounds the root mean square of each filter by `radius`, after every step.

    Filters of a kernel [h,w,in,out] that exceed it are scaled back to it. Zeiler and Fergus 2013, section
    3.
    """

    def __init__(self, radius: float = 0.1) -> None:
        self.radius = radius

    def __call__(self, kernel: Any) -> Any:
        """The bounded kernel."""
        kernel = ops.convert_to_tensor(kernel)
        rms = ops.sqrt(ops.mean(ops.square(kernel), axis=(0, 1, 2), keepdims=True))
        return kernel * (self.radius / ops.maximum(rms, self.radius))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {"radius": self.radius}
