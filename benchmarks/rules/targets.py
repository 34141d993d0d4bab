"""The targets of response units for class numbers."""

from typing import Any

import keras
from keras import ops


def binary_targets(classes: Any, units: int) -> Any:
    """Targets of 0 and 1, floats [n, units], for class numbers int32 [n]: the class itself for one unit, else
    one unit a class.
    """
    if units == 1:
        return ops.cast(classes, keras.config.floatx())[:, None]
    return ops.one_hot(classes, units)
