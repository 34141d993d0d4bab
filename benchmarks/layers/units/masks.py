"""Masks: predicates that look at a few points of the retina, and hold if all of them are on."""

import itertools
from typing import Any

import keras
import numpy as np
from keras import ops


class Masks(keras.layers.Layer):
    """All masks of at most `order` points: float [n, height * width] of 0 and 1 to [n, masks] of 0 and 1.

    A mask holds if all of its points are on; that of no points always holds, and stands for the threshold.
    With a `diameter`, the points of a mask lie within a square of that side. Nothing is trainable. Any
    predicate of k points is a weighted sum of masks of at most k points (Minsky and Papert 1969, theorem of
    the positive normal form).
    """

    def __init__(
        self, order: int, height: int, width: int, diameter: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(trainable=False, **kwargs)
        self.points = [
            points
            for size in range(order + 1)
            for points in itertools.combinations(range(height * width), size)
            if diameter is None or extent(points, width) <= diameter
        ]
        table = np.zeros((height * width, len(self.points)), "float32")
        for number, points in enumerate(self.points):
            table[list(points), number] = 1.0
        self.table, self.sizes = table, table.sum(axis=0)

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        on = ops.matmul(x, ops.cast(self.table, x.dtype))
        return ops.cast(on > ops.cast(self.sizes - 0.5, x.dtype), x.dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], len(self.points))


def extent(points: tuple[int, ...], width: int) -> int:
    """The side of the smallest square around these points of a retina of that width; 0 for none."""
    if not points:
        return 0
    rows, columns = np.divmod(points, width)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1
