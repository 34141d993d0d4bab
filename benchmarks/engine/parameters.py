"""The number of parameters of a model: numbers that are free to change, not cells of arrays."""

import math
from typing import Any

from benchmarks.engine.programs import layers
from benchmarks.rules.protocol import CountsFreeParameters, HostModel


def free(model: Any) -> int:
    """The number of trainable parameters of a Keras model or layer, or of a host model.

    A layer with `free_parameters` counts its own; of other layers every trainable number counts.
    """
    if isinstance(model, HostModel):
        return model.parameters()
    count, counted = 0, set[int]()
    for layer in layers(model):
        own = {id(weight) for weight in layer.trainable_variables} - counted
        if own and isinstance(layer, CountsFreeParameters):
            counted |= own
            count += layer.free_parameters()
    return count + sum(
        math.prod(weight.shape) for weight in model.trainable_variables if id(weight) not in counted
    )
