"""First weights of which each unit has a few that are large, and the rest are 0."""

from typing import Any

import keras
from keras import ops


class SparseStart(keras.initializers.Initializer):
    """Each unit is connected to `count` inputs, drawn anew for each, by weights from a normal distribution.

    Their standard deviation is `scale`; all other weights of the kernel [inputs, units] start at 0, and learn
    like the rest. Where there are fewer inputs, all are connected. A unit gets a sum of the same size however
    many inputs there are. Martens, "Deep learning via Hessian-free optimization" (2010), section 5.
    """

    def __init__(self, count: int = 15, scale: float = 1.0) -> None:
        self.count = count
        self.scale = scale
        # Two, since one seed gives the same numbers to both, in another guise.
        self.lots = keras.initializers.RandomUniform(0.0, 1.0)
        self.weights = keras.initializers.RandomNormal(0.0, scale)

    def __call__(self, shape: tuple[int, int], dtype: Any = None) -> Any:
        """The kernel [inputs, units]."""
        lots = self.lots(shape, dtype="float32")
        last = ops.sort(lots, axis=0)[-min(self.count, shape[0])]
        weights = self.weights(shape, dtype=dtype)
        return ops.where(lots >= last, weights, ops.zeros_like(weights))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"count": self.count, "scale": self.scale}
