"""Nets of which each has learned what those before it find hard; their outputs are added."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.models.committee import Committee


class Boosted(Committee):
    """Maps [n, ...] to the sum of its members' outputs, float [n, classes].

    The members are built models of the same input with outputs [n, classes]. `distortion` is a layer that
    makes training images that nobody has seen; the rule `boosting_by_filtering` trains by it.
    """

    def __init__(self, columns: list[Any], distortion: Any, **options: Any) -> None:
        super().__init__(columns, **options)
        self.distortion = distortion

    def call(self, x: Any, training: bool = False) -> Any:
        """The sum over the members of their outputs."""
        return ops.sum(ops.cast(self.members(x, training=training), keras.config.floatx()), axis=1)
