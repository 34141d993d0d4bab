"""A bound on the size of each filter."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class MaxRMS(keras.constraints.Constraint):
    """Filters of a kernel [h,w,in,out] whose root mean square exceeds `radius` are scaled back to it, after every step.

    Zeiler and Fergus 2013, section 3.
    """

    def __init__(self, radius: float = 0.1) -> None:
        self.radius = radius

    def __call__(self, kernel):
        kernel = ops.convert_to_tensor(kernel)
        rms = ops.sqrt(ops.mean(ops.square(kernel), axis=(0, 1, 2), keepdims=True))
        return kernel * (self.radius / ops.maximum(rms, self.radius))

    def get_config(self):
        return {"radius": self.radius}
