"""The cells of the cognitron: excitatory ones that see a small area, and inhibitory ones that shunt them.

Fukushima, "Cognitron", Biological Cybernetics 20 (1975). All cells are silent (0) or active (> 0).
"""

from typing import Any

import keras
import numpy as np
from keras import ops


def around(height: int, width: int, offsets: np.ndarray) -> np.ndarray:
    """Which cells lie at the offsets [k,2] from each cell: int32 [height width, k], row by row.

    Beyond the border it is the number height width.
    """
    rows, columns = np.indices((height, width)).reshape(2, -1, 1) + offsets.T[:, None]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return np.where(inside, rows * width + columns, height * width).astype("int32")


@keras.saving.register_keras_serializable("benchmarks")
class CognitronCells(keras.layers.Layer):
    """A layer of as many excitatory cells as the one before has, float [n,h,w,1] to [n,h,w,1].

    u = φ[(1 + e) / (1 + i) - 1], where φ cuts off what is negative: e = Σ a u' is what excites the cell,
    from the `area` x `area` cells in front of it, and i = b v is what shunts it, from the inhibitory cell v
    = Σ c u' that sees the same. The c are fixed, equal, and add up to 1. Trainable, and zero at first: `a`
    [cells, area²], of which synapses from beyond the border stay zero, and `b` [cells].

    The vicinity of a cell, in which it has to be the strongest to learn, are the cells that are at most
    `near` steps to the side, up or down away: 13 cells for `near` 2.
    """

    def __init__(self, area: int = 5, near: int = 2, **options: Any) -> None:
        super().__init__(**options)
        self.area, self.near = area, near

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the synapses for inputs of this shape."""
        _, height, width, _ = input_shape
        reach = self.area // 2
        seen = np.indices((self.area, self.area)).reshape(2, -1).T - reach
        steps = np.indices((2 * self.near + 1,) * 2).reshape(2, -1).T - self.near
        self.seen = around(height, width, seen)
        self.vicinity = around(height, width, steps[np.abs(steps).sum(axis=1) <= self.near])
        connected = (self.seen < height * width).astype("float32")
        self.c = connected / connected.sum(axis=1, keepdims=True)
        self.a = self.add_weight(name="a", shape=self.seen.shape, initializer="zeros")
        self.b = self.add_weight(name="b", shape=(height * width,), initializer="zeros")

    def areas(self, x: Any) -> Any:
        """What each cell sees of x [n,h,w,1]: [n, cells, area²], 0 beyond the border."""
        return gathered(x, self.seen)

    def inhibitory(self, areas: Any) -> Any:
        """The inhibitory cells v [n, cells] of these areas."""
        return ops.sum(ops.cast(self.c, areas.dtype) * areas, axis=-1)

    def neighbours(self, cells: Any) -> Any:
        """The cells [n,h,w,1] in the vicinity of each, itself among them: [n, cells, k], 0 beyond the
        border.
        """
        return gathered(cells, self.vicinity)

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        areas = self.areas(x)
        excited = ops.sum(ops.cast(self.a, areas.dtype) * areas, axis=-1)
        shunted = ops.cast(self.b, areas.dtype) * self.inhibitory(areas)
        return ops.reshape(ops.relu((1 + excited) / (1 + shunted) - 1), ops.shape(x))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def free_parameters(self) -> int:
        """Synapses from beyond the border do not count."""
        return int(np.count_nonzero(self.c)) + self.b.shape[0]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "area": self.area, "near": self.near}


def gathered(x: Any, places: np.ndarray) -> Any:
    """The cells of x [n,h,w,1] at places [cells, k], 0 where there is none: [n, cells, k]."""
    flat = ops.reshape(x, (ops.shape(x)[0], -1))
    flat = ops.pad(flat, ((0, 0), (0, 1)))
    return ops.reshape(ops.take(flat, places.reshape(-1), axis=1), (ops.shape(x)[0], *places.shape))
